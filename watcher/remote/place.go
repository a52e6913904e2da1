package remote

import "context"

// Location says where a Folder is and how to get in. It has secrets, and shows none when it is printed.
type Location struct {
	Source    string            // the name of the source
	Type      string            // what speaks to it: s3, drive, sftp, …
	Root      string            // the folder, as the place calls it: bucket/folder
	Options   map[string]string // of the type, with the secrets among them
	Recursive bool              // sub-folders too
	Skip      string            // folder below Root that is not looked into, for it has what is done with; may be empty
	Bandwidth int64             // bytes a second at the most; 0: as it comes
	MaxBytes  int64             // of one file
	Tokens    Tokens            // of this source
}

// Tokens keeps what a place gives to log in with, and changes from time to time.
type Tokens interface {
	// Token returns what is kept under a key, and whether anything is.
	Token(ctx context.Context, key string) (string, bool, error)
	// KeepToken keeps a value in the place of the one before; "" forgets it.
	KeepToken(ctx context.Context, key, value string) error
}

// String says which place it is.
func (p Location) String() string { return p.Type + ":" + p.Root }

// GoString is String, so that %#v shows no secret either.
func (p Location) GoString() string { return p.String() }
