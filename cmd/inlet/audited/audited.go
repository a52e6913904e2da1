package audited

import (
	"context"
	"os"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/store/audit"
)

// Who names who runs a command, for the audit.
func Who() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return files.UserName(os.Geteuid()) + "@" + host
}

// Do keeps in the audit who runs a command, and runs what it does.
func Do(ctx context.Context, parts *assembly.Parts, e audit.Entry, do func() error) error {
	e.Who = Who()
	return parts.Store.Audit.Do(ctx, e, do)
}
