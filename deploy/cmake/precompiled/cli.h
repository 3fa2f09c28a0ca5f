// Not for inclusion: what is precompiled for the command line (RogatoriaTargets.cmake). What is
// missing here only costs time.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "../common/precompiled.h"
