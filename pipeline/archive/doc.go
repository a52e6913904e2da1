// Package archive moves what an import leaves behind into the done, failed and held folders: whole or not at all, and never over another file. It
// does not know imports, only sets of files.
//
// # Rules
//
//   - A file goes to DIR/YYYY-MM-DD/NAME, or to DIR/NAME where the day is zero. If the name is taken, the stem gets a number: kunder~2.xlsx,
//     kunder~3.xlsx.
//
//   - A workbook and what belongs to it get one number: kunder~2.xlsx, kunder~2.yaml, kunder~2.xlsx.reason.txt.
//
//   - At every instant each file is whole under its old name, or its new one, or both.
//
//   - The workbook goes last: a claim that still holds its workbook is not finished.
//
//   - An interrupted call is repeated with the same arguments and ends as the first would have. The day is therefore the import's, not the
//     clock's, and a text is to be the same: another one goes to the next number, with the whole set.
//
//   - Where another program takes one of the names after the number was reserved, the whole set goes to the next number, and that program's file stays as it
//     is, also where the process dies between.
//
//   - The folder itself and the day's are created if they are missing; the parent folder never is. Where that is missing a disk is not mounted,
//     and what was written there would be hidden by the mount.
//
//   - A link in the place of a folder is not followed: not for the folder of a day, and not inside the inbox.
//
//   - A file that is to have another group or mode has it before it has its name. One that inlet may not change, because it belongs to another
//     user, is copied. What cannot be given at all is reported, and nothing waits for it.
//
// # Why a number is reserved, and by whom
//
// The sidecar of today may be the same bytes under the same name as yesterday's, so the folder's content cannot tell a repeat which number its
// first try took. The number is reserved before any file moves, by a file .inlet-HASH.number that holds the ID of the set and the inodes of its files,
// and released when all have moved. A repeat finds its own reservation and goes on there; another set takes the next number. A reservation that is never
// released blocks nothing: one number stays unused, unless files of other programs have it, and no rename overwrites those.
//
// # Why a number may be kept
//
// Between the last move and the caller's note of it the process can die too. Then there is no source any more, and in a folder that holds the
// same bytes twice only the reservation tells which file belongs to this set. With [Set.Keep] it stays until the caller has made its note and
// calls [Set.Release].
//
// # Why a repeat may look for a sum
//
// Should a person have removed the reservation, or none have been kept, [Set.Sum] finds the file again by its content; without it such a repeat
// gets fs.ErrNotExist.
//
// # Why no rename that replaces
//
// "Is the name free? Then rename" has a gap in which another program's file is lost. renameat2 with RENAME_NOREPLACE has none; where a file
// system cannot do that (NFS), a hard link and a removal have none either.
package archive
