package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/settings"
)

// Field returns the command field.
func Field() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "field",
		Short: "Add, list and remove custom fields and their choices",
		Long: `Custom fields are defined in the configuration (fields:) or added with this command. Those that are added here are kept in the store, so that
all daemons that use the store have them. inlet template writes their columns too.`,
		Example: `  inlet field add account.custom.level --type choice --choice Guld --choice Silver --sv Nivå --en Level
  inlet field add account.custom.status --type choice --choice "A=Aktiv|Active" --choice "P=Passiv|Passive"
  inlet field add account.campaigns --choice "Hösten 2026"
  inlet field remove account.custom.level`,
		Args: usage.Commands,
		RunE: usage.Missing,
	}
	cmd.AddCommand(fieldAdd(), fieldList(), fieldRemove())
	return cmd
}

func fieldAdd() *cobra.Command {
	var f crm.Field
	var kind string
	var choices []string
	cmd := &cobra.Command{
		Use:               "add FIELD",
		Short:             "Add a custom field (" + strings.Join(completion.Kinds(), ".custom.x, ") + ".custom.x), or choices to an existing field",
		Args:              usage.One("field", "inlet field add account.custom.level --type text"),
		ValidArgsFunction: completion.Field(func(f *crm.Field) bool { return f.Type.Describe().Choices }),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, name, _ := strings.Cut(args[0], ".")
			f.Kind, f.Name, f.Type = crm.Kind(k), name, crm.Type(kind)
			if !slices.Contains(crm.Types(), f.Type) {
				return exitcode.Usage.With(message.Errorf("--type %s is not a type of field; use one of %s", kind, strings.Join(completion.Types(), ", ")))
			}
			given, err := optionsOf(choices)
			if err != nil {
				return exitcode.Usage.With(err)
			}
			f.Choices = crm.AddOptions(nil, given...)
			return open.Store(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				if known := parts.Schema.Field(args[0]); known != nil {
					return addChoices(ctx, cmd, parts, known, f.Choices)
				}
				if err := addField(ctx, parts, f); err != nil {
					return err
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), message.Word(parts.Language, "%s added\n"), args[0])
				return err
			})
		},
	}
	cmd.Flags().StringVar(&kind, "type", "text", "type of the field: "+strings.Join(completion.Types(), ", "))
	cmd.Flags().StringVar(&f.SV, "sv", "", "Swedish heading of the field")
	cmd.Flags().StringVar(&f.EN, "en", "", "English heading of the field")
	cmd.Flags().StringArrayVar(&f.Synonyms, "alias", nil, "another heading for the field; repeat the flag for several")
	cmd.Flags().StringArrayVar(&choices, "choice", nil, "a permitted value: VALUE, VALUE=LABEL or VALUE=SWEDISH|ENGLISH; repeat the flag for several")
	return cmd
}

// optionsOf reads choices as the flag has them: the value that is stored, and behind = its label, or one for each language parted by |.
func optionsOf(flags []string) ([]crm.Option, error) {
	var all []crm.Option
	for _, flag := range flags {
		value, labels, labelled := strings.Cut(flag, "=")
		sv, en, two := strings.Cut(labels, "|")
		if !two {
			en = sv
		}
		o := crm.Option{Value: crm.Trim(value), SV: crm.Trim(sv), EN: crm.Trim(en)}
		if o.Value == "" || labelled && o.SV == "" && o.EN == "" || strings.Contains(en, "|") {
			return nil, message.Errorf("--choice %q is not a valid choice; write the stored value, with its label if it has one: A, A=Aktiv or A=Aktiv|Active", flag)
		}
		all = append(all, o)
	}
	return all, nil
}

// addField adds a field of the site's own, if the schema takes it.
func addField(ctx context.Context, parts *assembly.Parts, f crm.Field) error {
	if !slices.Contains(crm.Kinds[:], f.Kind) {
		return exitcode.Usage.With(fmt.Errorf(message.Word(parts.Language, "field %s is not a custom field; write %s.custom.x"), f.Path(), strings.Join(completion.Kinds(), ".custom.x, ")))
	}
	err := audited.Do(ctx, parts, audit.Entry{What: audit.AddField, Of: f.Path()}, func() error { return parts.AddField(ctx, f) })
	if bad, ok := errors.AsType[*assembly.FieldError](err); ok {
		return exitcode.Usage.With(bad)
	}
	return err
}

// addChoices adds choices to a field that is there, or labels to choices that are.
func addChoices(ctx context.Context, cmd *cobra.Command, parts *assembly.Parts, f *crm.Field, choices []crm.Option) error {
	if len(choices) == 0 {
		return exitcode.Usage.With(fmt.Errorf(message.Word(parts.Language, "%s already exists; to add choices to it, use --choice"), f.Path()))
	}
	if !f.Type.Describe().Choices {
		return exitcode.Usage.With(fmt.Errorf(message.Word(parts.Language, "%s has the type %s, which has no choices"), f.Path(), f.Type))
	}
	add := func(o *settings.Additions) {
		if o.Choices == nil {
			o.Choices = map[string][]crm.Option{}
		}
		o.Choices[f.Path()] = crm.AddOptions(o.Choices[f.Path()], choices...)
	}
	own, err := parts.Store.Settings.Additions(ctx)
	if err != nil {
		return err
	}
	add(&own)
	if err := parts.CheckSchema(own); err != nil {
		return exitcode.Usage.With(err)
	}
	err = audited.Do(ctx, parts, audit.Entry{What: audit.AddField, Of: f.Path() + ": " + crm.FormatOptions(choices)}, func() error { return parts.Store.Settings.Edit(ctx, add) })
	if err == nil {
		_, err = fmt.Fprintf(cmd.OutOrStdout(), message.Word(parts.Language, "%s: %s added\n"), f.Path(), crm.FormatOptions(choices))
	}
	return err
}

func fieldList() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the custom fields, with --all also the built-in ones",
		Args:  usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := open.StoreConfig(cmd)
			if err != nil {
				return err
			}
			schema, err := open.Schema(cmd, cfg)
			if err != nil {
				return err
			}
			t := terminal.NewTable(message.Word(cfg.Language, "Field"), message.Word(cfg.Language, "Type"), message.Word(cfg.Language, "Swedish"), message.Word(cfg.Language, "English"), message.Word(cfg.Language, "Choices"))
			n := 0
			for _, f := range schema.Fields() {
				if own := strings.HasPrefix(f.Name, "custom."); own || all || len(f.Choices) > 0 {
					n++
					t.Add(f.Path(), f.Type, f.SV, f.EN, crm.FormatOptions(f.Choices))
				}
			}
			if n == 0 {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), message.Word(cfg.Language, "No custom fields yet. See: inlet field add --help"))
				return err
			}
			t.Print(cmd.OutOrStdout())
			return nil
		},
	}
	cmd.Flags().BoolVarP(&all, "all", "a", false, "also list the built-in fields")
	return cmd
}

func fieldRemove() *cobra.Command {
	var choices []string
	cmd := &cobra.Command{
		Use:               "remove FIELD",
		Short:             "Remove a field or choices that were added with inlet field add; values in stored records are kept",
		Args:              usage.One("field", "inlet field remove account.custom.level"),
		ValidArgsFunction: completion.Field(func(f *crm.Field) bool { return strings.HasPrefix(f.Name, "custom.") }),
		RunE: func(cmd *cobra.Command, args []string) error {
			return open.Store(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				what := args[0]
				if len(choices) > 0 {
					what += ": " + strings.Join(choices, ", ")
				}
				err := audited.Do(ctx, parts, audit.Entry{What: audit.RemoveField, Of: what}, func() error { return parts.RemoveField(ctx, args[0], choices) })
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), message.Word(parts.Language, "%s removed\n"), what)
				return err
			})
		},
	}
	cmd.Flags().StringArrayVar(&choices, "choice", nil, "remove only the choice with this value; repeat the flag for several")
	return cmd
}
