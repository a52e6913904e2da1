package completion

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/listing"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
)

// Func returns the words that an argument or flag can be completed to.
type Func = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective)

// Book completes the first argument to a workbook.
func Book(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return endings(filename.ReadableEndings()), cobra.ShellCompDirectiveFilterFileExt
}

func endings(all []string) []string {
	var bare []string
	for _, ending := range all {
		bare = append(bare, strings.TrimPrefix(ending, "."))
	}
	return bare
}

// completeNothing is for arguments that are free text, and where there are none: otherwise shells offer files.
func completeNothing(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// completionTime is how long a person waits for the store when pressing Tab.
const completionTime = 2 * time.Second

// Import completes the first argument to the ID of an import, the newest first, if wanted says that the command is for it.
func Import(wanted func(*ledger.Import) bool) Func {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
		defer cancel()
		cmd.SetContext(ctx)
		var all []string
		_ = open.Existing(cmd, func(ctx context.Context, parts *assembly.Parts) error { // without a store there is nothing to complete
			const newest = 200
			imports, err := parts.Store.Imports.List(ctx, 0, newest)
			short := listing.Shortener(imports)
			for i := range imports {
				if imp := &imports[i]; wanted(imp) {
					all = append(all, completed(imp.ID, short(imp.ID), typed)+"\t"+fmt.Sprintf("%s, %s", imp.Workbook, report.Stands(imp, parts.Language)))
				}
			}
			return err
		})
		return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// completed returns the short form of an ID, or the whole of it if more than the short form was typed.
func completed(id, short, typed string) string {
	if strings.HasPrefix(short, typed) {
		return short
	}
	return id
}

// Names completes the first argument to a name of the configuration.
func Names(names func(config.Config) []string) Func {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		cfg, err := open.Config(cmd)
		if err != nil || len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return names(cfg), cobra.ShellCompDirectiveNoFileComp
	}
}

// Sources are the names of the sources.
func Sources(cfg config.Config) []string {
	var names []string
	for _, s := range cfg.Sources {
		names = append(names, s.Name)
	}
	return names
}

// InboxesAndSources are the names of the inboxes, and then those of the sources.
func InboxesAndSources(cfg config.Config) []string {
	var names []string
	for _, in := range cfg.Inboxes {
		names = append(names, in.Name)
	}
	return append(names, Sources(cfg)...)
}

// Field completes the first argument to a field.
func Field(wanted func(*crm.Field) bool) Func {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		cfg, err := open.Config(cmd)
		if err != nil || len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		schema, err := open.Schema(cmd, cfg)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var all []string
		for _, f := range schema.Fields() {
			if wanted(f) {
				all = append(all, f.Path()+"\t"+f.Label(cfg.Language))
			}
		}
		return all, cobra.ShellCompDirectiveNoFileComp
	}
}

// flagWords are the values of flags that have few, by their names.
var flagWords = map[string][]string{
	"lang": config.Languages, "log-level": config.LogLevels, "type": Types(),
	"store": {"sqlite:", "mongodb://"},
}

// flagFiles are the endings of the files that flags name; none is a folder.
var flagFiles = map[string][]string{"config": {"yaml", "yml"}, "mapping": {"yaml", "yml"}, "archive": nil, "keep": nil, "inbox": nil}

// Flags completes the flags of a command and of all below it, and keeps shells from offering files where no argument is one.
func Flags(cmd *cobra.Command) {
	for name, words := range flagWords {
		if ownFlag(cmd, name) {
			directive := cobra.ShellCompDirectiveNoFileComp
			if name == "store" {
				directive |= cobra.ShellCompDirectiveNoSpace
			}
			_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, directive)) // there is such a flag
		}
	}
	for name, endings := range flagFiles {
		if ownFlag(cmd, name) && endings != nil {
			_ = cmd.MarkFlagFilename(name, endings...)
			_ = cmd.MarkPersistentFlagFilename(name, endings...)
		} else if ownFlag(cmd, name) {
			_ = cmd.MarkFlagDirname(name)
		}
	}
	if cmd.ValidArgsFunction == nil && cmd.ValidArgs == nil {
		cmd.ValidArgsFunction = completeNothing
	}
	for _, sub := range cmd.Commands() {
		Flags(sub)
	}
}

func ownFlag(cmd *cobra.Command, name string) bool {
	return cmd.LocalNonPersistentFlags().Lookup(name) != nil || cmd.PersistentFlags().Lookup(name) != nil
}

// Kinds are the names of the kinds of records.
func Kinds() []string {
	var names []string
	for _, kind := range crm.Kinds {
		names = append(names, string(kind))
	}
	return names
}

// Types are the types that a field can have.
func Types() []string {
	var names []string
	for _, t := range crm.Types() {
		names = append(names, string(t))
	}
	return names
}
