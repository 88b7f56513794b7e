import json
import os
import unittest

from command import CommandTest


class Conformance(CommandTest):
    def test_rows_and_exit_code(self):
        rows = self.rows("conformance", "--store", "memory:", "--only", "contract.idx")
        self.assertGreater(len(rows), 15)
        for row in rows:
            self.assertEqual(set(row), {"case", "verdict", "message", "seed"})
            self.assertIn(row["verdict"], ("passed", "skipped"))

    def test_the_table_counts_and_the_list_names(self):
        table = self.ok("conformance", "--store", "rocksdb:data", "--only", "contract.kv")
        self.assertRegex(table, rb"rocksdb:data: \d+ cases: \d+ passed, 0 failed, 0 skipped, 0 warned")
        listed = [row["case"] for row in self.rows("conformance", "--list")]
        self.assertIn("contract.idx.the_first_index_is_1", listed)
        self.expect(2, "conformance", "--store", "memory:", "--only", "no_such_case")

    def test_a_seed_is_taken_and_told(self):
        rows = self.rows("conformance", "--store", "memory:", "--only", "differential", "--seed", "12345")
        self.assertEqual({row["seed"] for row in rows}, {12345})

    def test_the_crash_cases_run_in_the_command_itself(self):
        rows = self.rows("conformance", "--store", "rocksdb:data", "--only", "crash")
        self.assertEqual({row["verdict"] for row in rows}, {"passed"}, rows)


class Bench(CommandTest):
    def test_every_figure_has_its_row_with_the_bare_engine_beside_it(self):
        rows = self.rows("bench", "store", "--store", "rocksdb:data", "--seconds", "0.2", "--rounds", "1", "--rows", "1000",
                         "--concurrency", "1,4")
        names = {row["name"] for row in rows}
        without_bare = {"position, short topic", "position, long topic"}
        self.assertEqual(names, {"put", "append one topic", "append long topic", "append many topics", "remove(marker)",
                                 "get_latest hit", "get_latest miss", "get_latest of 100", "scan_all rows",
                                 "log scan entries"} | without_bare)
        for row in rows:
            self.assertGreater(row["per_second"], 0, row)
            (self.assertEqual if row["name"] in without_bare else self.assertGreater)(row["bare_per_second"], 0, row)

    def test_growing_shows_memory_and_the_time_of_opening(self):
        rows = self.rows("bench", "store", "--store", "rocksdb:data?durability=process", "--grow", "2000")
        self.assertEqual([row["name"] for row in rows], ["grow"] * 10 + ["open again"])
        self.assertIn("opened in", rows[-1]["note"])

    def test_flows_have_a_row_for_each_figure_and_number_of_clients_and_nothing_stays_on_the_disk(self):
        arguments = ("bench", "flows", "--seconds", "0.05", "--clients", "1,4", "--loops", "10,1000", "--timers", "20",
                     "--sleepers", "100", "--short-flows", "400")
        rows = self.rows(*arguments)
        self.assertEqual([(row["name"], row["clients"]) for row in rows],
                         [(name, clients) for name in ("W1", "W3", "W9", "FAN") for clients in (1, 4)] +
                         [("LOOP 10", 1), ("LOOP 1000", 1), ("TIMERS", 1), ("SLEEPERS", 1), ("STORE", 400)])
        for row in rows[:8]:
            self.assertGreater(row["flows_per_second"], 0, row)
            self.assertGreater(row["commits"], 0, row)
        for row in rows[:6]:
            self.assertGreater(row["bare_append_us"], 0, row)
        self.assertEqual(os.listdir(self.directory), [])
        table = self.ok(*arguments, "--only", "LOOP 10", "--threads", "2", "--partitions", "3", "--retention", "0.5")
        self.assertRegex(table, rb"^LOOP 10 +c=1 .* ms at worst\nLOOP 1000 ")


if __name__ == "__main__":
    unittest.main()
