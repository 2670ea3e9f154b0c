// libpng's simplified write interface.
#pragma once
#include <png.h>
