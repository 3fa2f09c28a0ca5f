// Not for inclusion: what is precompiled for tests (RogatoriaTargets.cmake). What is missing here
// only costs time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../common/precompiled.h"
