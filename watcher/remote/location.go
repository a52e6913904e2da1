package remote

import "context"

// Location says where a Folder is and how to log in there. It has secrets, and shows none when it is printed.
type Location struct {
	Source    string            // the name of the source
	Type      string            // kind of drive: s3, drive, sftp, …
	Root      string            // the folder, as the place calls it: bucket/folder
	Options   map[string]string // of the type, with the secrets among them
	Recursive bool              // sub-folders too
	Skip      string            // folder below Root that is not listed, since it has what was imported; may be empty
	Bandwidth int64             // bytes a second at most; 0: no limit
	MaxBytes  int64             // of one file
	Tokens    Tokens            // of this source
}

// Tokens keeps the tokens of a login, which the place changes from time to time.
type Tokens interface {
	// Token returns what is kept under a key, and whether anything is.
	Token(ctx context.Context, key string) (string, bool, error)
	// KeepToken replaces a value; "" removes it.
	KeepToken(ctx context.Context, key, value string) error
}

// String returns which place it is.
func (p Location) String() string { return p.Type + ":" + p.Root }

// GoString is String, so that %#v shows no secret either.
func (p Location) GoString() string { return p.String() }
