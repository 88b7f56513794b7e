#pragma once

#include <zflow/store/forwarding.hpp>

/// Makes the kinds `broken-..:` known to `store::open`; each is a sound store with one fault.
namespace zflow::negative {

void register_broken_key_value_stores();
void register_broken_indexed_stores();
void register_broken_processes();

/// `journal:PATH`: sound, durable, and shared by processes: a file under a lock, replayed into memory.
void register_journal_store();

/// A kind that opens the sound store at `sound_uri` and puts something around it.
using Break = std::function<store::Stores(store::Stores)>;
void register_broken(std::string scheme, std::string sound_uri, Break around);

/// A function that breaks the key-value or the indexed store of a pair by putting `Broken` around it.
template <class Broken>
Break break_key_value() {
    return [](store::Stores stores) {
        return store::Stores{std::make_unique<Broken>(std::move(stores.key_value)),
                             std::move(stores.indexed)};
    };
}
template <class Broken>
Break break_indexed() {
    return [](store::Stores stores) {
        return store::Stores{std::move(stores.key_value),
                             std::make_unique<Broken>(std::move(stores.indexed))};
    };
}

}  // namespace zflow::negative
