// Package deliver puts files that a source has fetched into an inbox, as a person would: the sidecar first, the workbook after it, each under a
// temporary name that inboxes ignore, synced, then renamed. It does not fetch anything.
//
// # Why a delivery is noted before its rename and after
//
// Before a file gets its name in the inbox it is noted as expected, and after that as taken: whatever crashes in between, it is delivered neither
// twice nor not at all. The temporary file says which of the two happened.
//
// # Why nothing is overwritten
//
// A person may have put a file of that name there. name.xlsx becomes name~2.xlsx, together with its sidecar.
package deliver
