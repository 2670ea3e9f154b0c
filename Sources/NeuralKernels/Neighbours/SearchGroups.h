// The search of all groups for a block of queries; compiled once for each width of vectors, under the name SEARCH.

/// Four queries at a time keep the processor's multipliers busy while each sum waits for the one before.
static void SEARCH(PointGroups points, const float *queries, long wanted, Nearest nearest[BLOCK]) {
  const long dimensions = points.dimensions;
  for (long group = 0; group < points.groupCount; group++) {
    const float *coordinates = points.coordinates + group * dimensions * NEIGHBOUR_LANES;
    for (long first = 0; first < BLOCK; first += 4) {
      const float *query = queries + first * dimensions;
      Lanes sums[4] = {{0}};
      for (long axis = 0; axis < dimensions; axis++) {
        const Lanes coordinate = *(const Lanes *)(coordinates + axis * NEIGHBOUR_LANES);
        const Lanes d0 = coordinate - query[axis];
        const Lanes d1 = coordinate - query[axis + dimensions];
        const Lanes d2 = coordinate - query[axis + 2 * dimensions];
        const Lanes d3 = coordinate - query[axis + 3 * dimensions];
        sums[0] += d0 * d0;
        sums[1] += d1 * d1;
        sums[2] += d2 * d2;
        sums[3] += d3 * d3;
      }
      for (int index = 0; index < 4; index++) {
        Nearest *found = &nearest[first + index];
        const LaneSet closer = __builtin_convertvector(sums[index] < found->distance[wanted - 1] * margin, LaneSet);
        uint16_t rest;
        memcpy(&rest, &closer, sizeof(rest));
        for (; rest != 0; rest &= rest - 1) {
          const int lane = __builtin_ctz(rest);
          insert(sums[index][lane], (int32_t)(group * NEIGHBOUR_LANES + lane), found);
        }
      }
    }
  }
}
