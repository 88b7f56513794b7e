import os
import unittest

from command import CommandTest


class KeyValueCommands(CommandTest):
    def test_put_and_get_write_the_raw_bytes_and_nothing_else(self):
        self.assertEqual(self.ok("store", "put", "orders", "42", "paid", "--timestamp", "1"), b"")
        self.assertEqual(self.ok("store", "get", "orders", "42"), b"paid")
        self.ok("store", "put", "orders", "43", "hex:00ff0a", "--timestamp", "-5")
        self.assertEqual(self.ok("store", "get", "orders", "43"), b"\x00\xff\n")

    def test_the_default_store_is_a_directory_here_and_the_environment_names_another(self):
        self.ok("store", "put", "n", "k", "v", "--timestamp", "1")
        self.assertTrue(os.path.isdir(os.path.join(self.directory, "zflow-data")))
        env = {"ZFLOW_STORE": "rocksdb:other place"}
        self.expect(3, "store", "get", "n", "k", env=env)
        self.ok("store", "put", "n", "k", "other", "--timestamp", "1", env=env)
        self.assertEqual(self.ok("store", "get", "n", "k", env=env), b"other")
        self.assertEqual(self.ok("store", "get", "n", "k", "--store", "rocksdb:zflow-data", env=env), b"v")
        self.assertEqual(self.ok("--store", "rocksdb:zflow-data", "store", "get", "n", "k", env=env), b"v")

    def test_values_come_as_text_hex_file_and_standard_input(self):
        with open(os.path.join(self.directory, "value.bin"), "wb") as file:
            file.write(b"a\x00b")
        put = lambda value, **more: self.ok("store", "put", "n", "k", "--timestamp", "1", "--", value, **more)
        for value, expected in (("@value.bin", b"a\x00b"), ("hex:6B31", b"k1"), ("text:@x", b"@x"), ("text:-", b"-"),
                                ("", b""), ("-x", b"-x"), ("text:-x", b"-x")):
            put(value)
            self.assertEqual(self.ok("store", "get", "n", "k"), expected)
        put("-", stdin=b"from\nstdin")
        self.assertEqual(self.ok("store", "get", "n", "k"), b"from\nstdin")

    def test_before_versions_and_removals(self):
        for timestamp in (5, 10, -3):
            self.ok("store", "put", "n", "k", f"v{timestamp}", "--timestamp", str(timestamp))
        self.assertEqual(self.ok("store", "get", "n", "k"), b"v10")
        self.assertEqual(self.ok("store", "get", "n", "k", "--before", "9"), b"v5")
        self.expect(3, "store", "get", "n", "k", "--before", "-4")
        self.assertEqual(self.ok("store", "versions", "n", "k"), b"10\n5\n-3\n")
        self.ok("store", "remove", "n", "k", "--marker", "7")
        self.assertEqual(self.ok("store", "versions", "n", "k"), b"10\n5\n")
        self.ok("store", "remove", "n", "k", "--through", "5")
        self.assertEqual(self.ok("store", "versions", "n", "k"), b"10\n")
        self.ok("store", "remove", "n", "k")
        self.assertEqual(self.ok("store", "versions", "n", "k"), b"")
        self.expect(2, "store", "remove", "n", "k", "--marker", "7", "--through", "5")

    def test_scan_and_keys_show_every_byte(self):
        self.ok("store", "put", "n", "hex:610009", "hex:ff", "--timestamp", "1")
        self.ok("store", "put", "n", "b", "Grüß", "--timestamp", "2")
        self.assertEqual(self.ok("store", "keys", "n"), b"a\\x00\\t\nb\n")
        self.assertEqual(self.ok("store", "scan", "n"), "a\\x00\\t\t1\t\\xff\nb\t2\tGrüß\n".encode())
        self.assertEqual(self.rows("store", "scan", "n"), [
            {"namespace": "n", "key": "a\x00\t", "key_hex": "610009", "timestamp": 1, "value_hex": "ff"},
            {"namespace": "n", "key": "b", "key_hex": "62", "timestamp": 2, "value": "Grüß",
             "value_hex": "4772c3bcc39f"}])
        self.assertEqual(self.rows("store", "keys", "n")[1], {"namespace": "n", "key": "b", "key_hex": "62"})
        self.assertEqual(self.rows("store", "versions", "n", "b"),
                         [{"namespace": "n", "key": "b", "key_hex": "62", "timestamp": 2}])
        self.assertEqual(self.rows("store", "get", "n", "b")[0]["value"], "Grüß")

    def test_nothing_is_nothing(self):
        for command in (("versions", "n", "k"), ("keys", "n"), ("scan", "n"), ("log", "t")):
            self.assertEqual(self.ok("store", *command), b"", command)
        self.assertEqual(self.ok("store", "position", "t"), b"0\n")
        self.expect(3, "store", "get", "n", "k")
        self.assertFalse(os.path.exists(os.path.join(self.directory, "zflow-data")), "reading makes no store")


class IndexedCommands(CommandTest):
    def test_append_prints_the_index_and_log_lists_the_range(self):
        for number in range(1, 5):
            self.assertEqual(self.ok("store", "append", "t", f"v{number}"), f"{number}\n".encode())
        self.assertEqual(self.ok("store", "log", "t"), b"1\tv1\n2\tv2\n3\tv3\n4\tv4\n")
        self.assertEqual(self.ok("store", "log", "t", "--from", "2", "--to", "3"), b"2\tv2\n3\tv3\n")
        self.assertEqual(self.rows("store", "log", "t", "--from", "4"),
                         [{"topic": "t", "index": 4, "value": "v4", "value_hex": "7634"}])
        self.assertEqual(self.rows("store", "position", "t"), [{"topic": "t", "position": 4}])
        self.ok("store", "trim", "t", "3")
        self.assertEqual(self.ok("store", "log", "t"), b"4\tv4\n")
        self.expect(2, "store", "trim", "t", "5")
        self.ok("store", "remove-topic", "t")
        self.assertEqual(self.ok("store", "position", "t"), b"0\n")
        self.assertEqual(self.rows("store", "append", "t", "again"), [{"topic": "t", "index": 1}])

    def test_an_expected_position_that_is_gone_is_a_conflict(self):
        self.assertEqual(self.ok("store", "append", "t", "a", "--expected", "0"), b"1\n")
        for json in ((), ("--json",)):
            self.assertEqual(self.expect(4, "store", "append", "t", "b", "--expected", "0", *json),
                             b'{"conflict":{"position":1}}\n')
        self.assertEqual(self.ok("store", "append", "t", "b", "--expected", "1"), b"2\n")

    def test_a_long_log_comes_page_by_page(self):
        script = "".join(f"{n}\n" for n in range(2500))
        for part in range(3):
            self.ok("store", "append", "t", script)
        self.assertEqual(len(self.ok("store", "log", "t").splitlines()), 3)


class Maintenance(CommandTest):
    def test_check_backup_and_restore(self):
        self.ok("store", "put", "n", "k", "v", "--timestamp", "1")
        self.assertIn(b"zflow.kv: 1 rows", self.ok("store", "check"))
        self.assertTrue(all(row["severity"] == "ok" for row in self.rows("store", "check")))
        self.assertEqual(self.rows("store", "backup", "backups")[0]["id"], 1)
        self.ok("store", "put", "n", "k", "newer", "--timestamp", "2")
        self.assertIn(b"backup 2:", self.ok("store", "backup", "backups"))
        self.assertEqual([row["id"] for row in self.rows("store", "restore", "backups", "--list")], [1, 2])
        self.ok("store", "restore", "backups", "--id", "1", "--store", "rocksdb:restored")
        self.assertEqual(self.ok("store", "get", "n", "k", "--store", "rocksdb:restored"), b"v")
        self.expect(2, "store", "restore", "backups")
        self.expect(3, "store", "restore", "nowhere", "--store", "rocksdb:new")
        self.expect(2, "store", "backup", "backups", "--store", "memory:")

    def test_version(self):
        self.assertRegex(self.ok("version"), rb"^zflow \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main()
