// The search of all groups for a block of queries; compiled once for each width of vectors, under the name SEARCH.

/// AT_ONCE queries at a time, as many as there are registers for their sums, keep the processor's multipliers busy while
/// each sum waits for the one before.
///
/// - queries: (dimensions, BLOCK).
static void SEARCH(PointGroups points, const float *queries, long wanted, Nearest nearest[BLOCK]) {
  float limits[BLOCK];
  for (int index = 0; index < BLOCK; index++) limits[index] = limit(&nearest[index], wanted);
  const float *coordinates = points.coordinates;
  for (long group = 0; group < points.groupCount; group++, coordinates += points.dimensions * NEIGHBOUR_LANES) {
    for (int first = 0; first < BLOCK; first += AT_ONCE) {
      Lanes sums[AT_ONCE];
#pragma clang loop unroll(full)
      for (int index = 0; index < AT_ONCE; index++) sums[index] = (Lanes){0};
      const float *query = queries + first, *coordinate = coordinates;
      for (long axis = 0; axis < points.dimensions; axis++, query += BLOCK, coordinate += NEIGHBOUR_LANES) {
        const Lanes value = *(const Lanes *)coordinate;
#pragma clang loop unroll(full)
        for (int index = 0; index < AT_ONCE; index++) sums[index] += (value - query[index]) * (value - query[index]);
      }
      // Sums leave their registers only where one of them is small enough.
      LaneSet anywhere = 0;
#pragma clang loop unroll(full)
      for (int index = 0; index < AT_ONCE; index++)
        anywhere |= __builtin_convertvector(sums[index] < limits[first + index], LaneSet);
      if (bits(anywhere) == 0) continue;
#pragma clang loop unroll(full)
      for (int index = 0; index < AT_ONCE; index++) {
        const uint16_t closer = bits(__builtin_convertvector(sums[index] < limits[first + index], LaneSet));
        if (closer == 0) continue;
        float distances[NEIGHBOUR_LANES];
        memcpy(distances, &sums[index], sizeof(distances));
        insertAll(distances, closer, group, &nearest[first + index]);
        limits[first + index] = limit(&nearest[first + index], wanted);
      }
    }
  }
}
