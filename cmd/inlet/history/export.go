package history

import (
	"bufio"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// Export returns the command export.
func Export() *cobra.Command {
	return &cobra.Command{
		Use:       "export " + strings.Join(completion.Kinds(), "|"),
		Short:     "Print the records as JSON lines, in the order of creation",
		Example:   `  inlet export contact --store mongodb://localhost/crm | jq -r .email`,
		Args:      kind,
		ValidArgs: completion.Kinds(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return open.Existing(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				out := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)
				var line []byte
				err := parts.Store.Records.Each(ctx, crm.Kind(args[0]), func(rec crm.Record) error {
					line = append(appendRecord(line[:0], &rec), '\n')
					_, err := out.Write(line)
					return err
				})
				return errors.Join(err, out.Flush())
			})
		},
	}
}

// kind wants one word, and the name of a kind.
func kind(_ *cobra.Command, args []string) error {
	names := completion.Kinds()
	if len(args) != 1 || !slices.Contains(names, args[0]) {
		return message.Errorf("this command needs the kind of records: inlet export %s", strings.Join(names, "|"))
	}
	return nil
}

// appendRecord writes a record as other programs like to read it: custom fields in an object of their own.
func appendRecord(b []byte, rec *crm.Record) []byte {
	b = crm.AppendString(append(b, `{"id":`...), rec.ID)
	if field := rec.Kind.ParentField(); field != "" {
		b = crm.AppendString(append(crm.AppendString(append(b, ','), field), ':'), rec.ParentID)
	}
	var custom []byte
	for _, p := range rec.Values {
		if name, ok := strings.CutPrefix(p.Field, "custom."); ok {
			custom = appendPair(custom, name, p.Value)
		} else {
			b = appendPair(b, p.Field, p.Value)
		}
	}
	if custom != nil {
		b = append(append(append(b, `,"custom":{`...), custom[1:]...), '}')
	}
	return append(b, '}')
}

func appendPair(b []byte, name string, v crm.Value) []byte {
	b = append(crm.AppendString(append(b, ','), name), ':')
	return v.AppendPlainJSON(b)
}
