// Package panel gives the pages what they read of one store, and does in it what a person asks for on them.
//
// It holds nothing: what it reads and does goes through the parts of a session, which the commands use as well, so that a button does what the
// command of the same name does.
//
// # Why files are opened below a folder
//
// The paths of an import's files stand in the database, and whoever can write there could name any file of the host. They are opened only inside the
// folders of the import's inbox, and never through a link (os.Root).
//
// # Why a long act goes on by itself
//
// An undo or an approved import may take minutes, and a browser gives up before. It is waited for a few seconds; then the person is sent to the
// import's page, which shows how far it is.
package panel
