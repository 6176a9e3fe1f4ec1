// Help texts and refused command lines in the reader's language: what the parser itself says is
// English.
#pragma once

#include <CLI/CLI.hpp>

namespace kefu::kefuctl {

// Before anything is added to the program: subcommands take over what it has. Nothing to do where
// the language is English.
void SpeakTheLanguage(CLI::App& program);

}  // namespace kefu::kefuctl
