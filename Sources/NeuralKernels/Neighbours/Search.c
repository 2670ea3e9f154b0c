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
#include "SearchGroups.h"
#undef SEARCH

typedef void (*Search)(PointGroups, const float *, long, Nearest *);

#if defined(__x86_64__)

#define SEARCH searchAVX2
#pragma clang attribute push(__attribute__((target(AVX2_TARGET))), apply_to = function)
#include "SearchGroups.h"
#pragma clang attribute pop
#undef SEARCH

#define SEARCH searchAVX512
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
  const size_t queryBytes = (size_t)points.dimensions * sizeof(float);
  float *block = malloc(BLOCK * queryBytes);
  if (block == NULL) abort();
  Nearest last = {{0}, {-1}};
  for (long first = 0; first < queryCount; first += BLOCK) {
    const long count = queryCount - first < BLOCK ? queryCount - first : BLOCK;
    Nearest nearest[BLOCK];
    for (long index = 0; index < BLOCK; index++) {
      // A block that is not full repeats its last query.
      const float *query = queries + (first + (index < count ? index : count - 1)) * points.dimensions;
      memcpy(block + index * points.dimensions, query, queryBytes);
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
