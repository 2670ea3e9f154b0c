// The reports' comma-separated values are everybody's.

import CommaSeparated

typealias CSV = CommaSeparated.CSV
