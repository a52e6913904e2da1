// Package remote polls a folder of a drive for workbooks, and delivers what is new into an inbox. How the drive is reached is in package drive,
// delivering in package deliver, sources with one file in package single.
//
// # Rules
//
//   - Each version of each file is remembered by itself. There is never a mark up to which everything is done, since files come late and with old
//     times.
//   - A version is fetched when two polls in a row have listed it, some seconds apart, so that none is fetched while it is written.
//   - What was imported is moved or removed only as the version that was imported, and never over another file. Nothing is noted before it is
//     done, so that a crash leaves a file that is not listed any more, or one that is still to be moved.
//   - A place that rejects the login is polled once. Trying again can lock the account.
//   - One file that cannot be fetched holds up no other; three in a row are taken for a fault of the place.
package remote
