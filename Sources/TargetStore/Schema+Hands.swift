// Schema version 2: which file was in hand when a run ended without a word.

extension Schema {
  static let tablesOfVersion2 = """
    CREATE TABLE in_hand (
      path BLOB NOT NULL PRIMARY KEY CHECK (length(path) > 0),
      device INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      size INTEGER NOT NULL,
      changed_ns INTEGER NOT NULL,
      -- Whether it is being worked on now.
      is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
      -- How many runs ended uncleanly while it was.
      unclean_ends INTEGER NOT NULL CHECK (unclean_ends >= 0)
    ) STRICT;
    """
}
