// The form in which ledger entries are chained. Pure.
#pragma once

#include <string>
#include <string_view>

#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// Before a node's first entry: 32 zero bytes.
std::string GenesisHash();

// The bytes whose SHA-256 is the entry's hash: the hash before, the organization and every field of
// the entry but its hash, each preceded by its length, so that no two entries share a form. Times
// are microseconds since the epoch, enumerations their names.
std::string ChainBytes(std::string_view previous_hash, std::string_view org_id,
                       const LedgerEntry& entry);

}  // namespace kefu::warehouse::domain
