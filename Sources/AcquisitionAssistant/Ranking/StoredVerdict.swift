// The database's word for a verdict, where triage has one of the same name.

import TargetStore

package typealias StoredVerdict = DomainVerdict
