// The points of a set that lie nearest to others, by squared distance in single precision.

#ifndef NEIGHBOUR_KERNEL_H
#define NEIGHBOUR_KERNEL_H

#include <stdint.h>

enum {
  /// Points of a group, whose coordinates lie side by side.
  NEIGHBOUR_LANES = 16,
  /// Neighbours found for each query.
  NEIGHBOUR_FOUND = 8,
};

/// Points in groups: `coordinates[(group * dimensions + axis) * NEIGHBOUR_LANES + lane]`, infinite in lanes without one.
typedef struct {
  const float *coordinates;
  long groupCount;
  long dimensions;
} PointGroups;

/// Writes the places (`group * NEIGHBOUR_LANES + lane`) of the nearest points to each query, nearest first, -1 where
/// there are fewer. The true `wanted` nearest are among them, whatever rounding did.
///
/// - queries: (queryCount, dimensions). The search begins with the neighbours of queries before.
/// - places: (queryCount, NEIGHBOUR_FOUND).
void findNearestPoints(
  PointGroups points, const float *queries, long queryCount, long wanted, int32_t *places);

#endif
