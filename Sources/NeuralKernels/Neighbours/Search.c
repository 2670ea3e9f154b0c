// Squared distances to sixteen points at a time, on the widest vectors that the processor has.

#include "NeighbourKernel.h"

#include "../Processor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef float Lanes __attribute__((vector_size(4 * NEIGHBOUR_LANES), aligned(4)));
/// One bit a lane.
typedef _Bool LaneSet __attribute__((ext_vector_type(NEIGHBOUR_LANES)));

/// The nearest points so far, ascending.
typedef struct {
  float distance[NEIGHBOUR_FOUND];
  int32_t place[NEIGHBOUR_FOUND];
} Nearest;

/// Above the rounding of a squared distance, relative to it: what lies beyond is surely farther.
static const float margin = 1 + 1e-4f;

/// What lies at this squared distance or beyond is not among the nearest.
static float limit(const Nearest *nearest, long wanted) { return nearest->distance[wanted - 1] * margin; }

static uint16_t bits(LaneSet set) {
  uint16_t bits;
  memcpy(&bits, &set, sizeof(bits));
  return bits;
}

static void insert(float distance, int32_t place, Nearest *nearest) {
  if (distance >= nearest->distance[NEIGHBOUR_FOUND - 1]) return;
  for (int slot = 0; slot < NEIGHBOUR_FOUND; slot++) {
    if (nearest->place[slot] == place) return;
  }
  int slot = NEIGHBOUR_FOUND - 1;
  for (; slot > 0 && nearest->distance[slot - 1] > distance; slot--) {
    nearest->distance[slot] = nearest->distance[slot - 1];
    nearest->place[slot] = nearest->place[slot - 1];
  }
  nearest->distance[slot] = distance;
  nearest->place[slot] = place;
}

/// The points of a group whose bits are set.
static void insertAll(const float *distances, uint16_t closer, long group, Nearest *nearest) {
  for (; closer != 0; closer &= closer - 1) {
    const int lane = __builtin_ctz(closer);
    insert(distances[lane], (int32_t)(group * NEIGHBOUR_LANES + lane), nearest);
  }
}

/// The neighbours of a query before, at their distances from this one: a start that dismisses most groups.
static Nearest restart(PointGroups points, const float *query, const Nearest *last) {
  Nearest nearest;
  for (int slot = 0; slot < NEIGHBOUR_FOUND; slot++) {
    nearest.distance[slot] = INFINITY;
    nearest.place[slot] = -1;
  }
  for (int slot = 0; slot < NEIGHBOUR_FOUND && last->place[slot] >= 0; slot++) {
    const long group = last->place[slot] / NEIGHBOUR_LANES, lane = last->place[slot] % NEIGHBOUR_LANES;
    float sum = 0;
    for (long axis = 0; axis < points.dimensions; axis++) {
      const float difference =
        points.coordinates[(group * points.dimensions + axis) * NEIGHBOUR_LANES + lane] - query[axis];
      sum += difference * difference;
    }
    insert(sum, last->place[slot], &nearest);
  }
  return nearest;
}

enum {
  /// Queries answered together: a group's coordinates are fetched once for all of them.
  BLOCK = 8,
};

#define SEARCH searchBaseline
#define AT_ONCE 4
#include "SearchGroups.h"
#undef SEARCH

typedef void (*Search)(PointGroups, const float *, long, Nearest *);

#if defined(__x86_64__)

#define SEARCH searchAVX2
#pragma clang attribute push(__attribute__((target(AVX2_TARGET))), apply_to = function)
#include "SearchGroups.h"
#pragma clang attribute pop
#undef SEARCH
#undef AT_ONCE

#define SEARCH searchAVX512
#define AT_ONCE 8
#pragma clang attribute push(__attribute__((target(AVX512_TARGET))), apply_to = function)
#include "SearchGroups.h"
#pragma clang attribute pop
#undef SEARCH

static Search widestSearch(void) {
  if (processorHasAVX512()) return searchAVX512;
  return processorHasAVX2() ? searchAVX2 : searchBaseline;
}

#else

static Search widestSearch(void) { return searchBaseline; }

#endif

void findNearestPoints(
  PointGroups points, const float *queries, long queryCount, long wanted, int32_t *places) {
  const Search search = widestSearch();
  float *block = malloc(BLOCK * (size_t)points.dimensions * sizeof(float));
  if (block == NULL) abort();
  Nearest last = {{0}, {-1}};
  for (long first = 0; first < queryCount; first += BLOCK) {
    const long count = queryCount - first < BLOCK ? queryCount - first : BLOCK;
    Nearest nearest[BLOCK];
    for (long index = 0; index < BLOCK; index++) {
      // A block that is not full repeats its last query.
      const float *query = queries + (first + (index < count ? index : count - 1)) * points.dimensions;
      for (long axis = 0; axis < points.dimensions; axis++) block[axis * BLOCK + index] = query[axis];
      nearest[index] = restart(points, query, &last);
    }
    search(points, block, wanted, nearest);
    for (long index = 0; index < count; index++) {
      memcpy(places + (first + index) * NEIGHBOUR_FOUND, nearest[index].place, sizeof(nearest[index].place));
    }
    last = nearest[count - 1];
  }
  free(block);
}
