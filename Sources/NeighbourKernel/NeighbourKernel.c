// Squared distances to sixteen points at a time, on the widest vectors that the processor has.

#include "NeighbourKernel.h"

#include <math.h>

typedef float Lanes __attribute__((vector_size(4 * NEIGHBOUR_LANES), aligned(4)));
typedef int32_t Mask __attribute__((vector_size(4 * NEIGHBOUR_LANES)));

/// The nearest points so far, ascending.
typedef struct {
  float distance[NEIGHBOUR_FOUND];
  int32_t place[NEIGHBOUR_FOUND];
} Nearest;

/// Above the rounding of a squared distance, relative to it: what lies beyond is surely farther.
static const float margin = 1 + 1e-4f;

static void insert(float distance, int32_t place, Nearest *nearest) {
  for (int slot = 0; slot < NEIGHBOUR_FOUND; slot++) {
    if (nearest->place[slot] == place) return;
  }
  int slot = NEIGHBOUR_FOUND;
  while (slot > 0 && nearest->distance[slot - 1] > distance) {
    slot--;
    if (slot + 1 < NEIGHBOUR_FOUND) {
      nearest->distance[slot + 1] = nearest->distance[slot];
      nearest->place[slot + 1] = nearest->place[slot];
    }
  }
  if (slot == NEIGHBOUR_FOUND) return;
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

// One body for every width: the loader picks the clone that the processor can run.
#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
void searchGroups(PointGroups points, const float *queries, long queryCount, long wanted, Nearest *nearest) {
  for (long group = 0; group < points.groupCount; group++) {
    const float *coordinates = points.coordinates + group * points.dimensions * NEIGHBOUR_LANES;
    for (long index = 0; index < queryCount; index++) {
      const float *query = queries + index * points.dimensions;
      const float limit = nearest[index].distance[wanted - 1] * margin;
      Lanes sum = {0};
      for (long axis = 0; axis < points.leading; axis++) {
        const Lanes difference = *(const Lanes *)(coordinates + axis * NEIGHBOUR_LANES) - query[axis];
        sum += difference * difference;
      }
      if (!__builtin_reduce_or((Mask)(sum < limit))) continue;
      for (long axis = points.leading; axis < points.dimensions; axis++) {
        const Lanes difference = *(const Lanes *)(coordinates + axis * NEIGHBOUR_LANES) - query[axis];
        sum += difference * difference;
      }
      if (!__builtin_reduce_or((Mask)(sum < limit))) continue;
      for (int lane = 0; lane < NEIGHBOUR_LANES; lane++) {
        if (sum[lane] < nearest[index].distance[wanted - 1] * margin) {
          insert(sum[lane], (int32_t)(group * NEIGHBOUR_LANES + lane), &nearest[index]);
        }
      }
    }
  }
}

void findNearestPoints(
  PointGroups points, const float *queries, long queryCount, long wanted, float enough, int32_t *places) {
  Nearest last = {{0}, {-1}};
  for (long first = 0; first < queryCount; first += BLOCK) {
    const long count = queryCount - first < BLOCK ? queryCount - first : BLOCK;
    const float *block = queries + first * points.dimensions;
    Nearest nearest[BLOCK];
    int isEnough = 1;
    for (long index = 0; index < count; index++) {
      nearest[index] = restart(points, block + index * points.dimensions, &last);
      isEnough = isEnough && nearest[index].distance[wanted - 1] * margin <= enough;
    }
    if (!isEnough) searchGroups(points, block, count, wanted, nearest);
    for (long index = 0; index < count; index++) {
      for (int slot = 0; slot < NEIGHBOUR_FOUND; slot++) {
        places[(first + index) * NEIGHBOUR_FOUND + slot] = nearest[index].place[slot];
      }
    }
    last = nearest[count - 1];
  }
}
