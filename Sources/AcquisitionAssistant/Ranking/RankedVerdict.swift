// Triage's word for a verdict, where the database has one of the same name.

import Triage

typealias RankedVerdict = DomainVerdict
