package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
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

// User returns the command user.
func User() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "user",
		Short:   "Add, list and remove the users that can be account managers",
		Example: `  inlet user add --id 17 --name "Anna Ek" --email anna@exempel.se`,
		Args:    usage.Commands,
		RunE:    usage.Missing,
	}
	var u crm.Person
	add := &cobra.Command{
		Use:   "add",
		Short: "Add a user",
		Args:  usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if u == (crm.Person{}) {
				return exitcode.Usage.With(message.Errorf("the user is missing; give at least one of --id, --name, --email and --login"))
			}
			return open.Store(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				for _, is := range parts.Schema.Users() {
					if u.ID != "" && is.ID == u.ID || u.Email != "" && strings.EqualFold(is.Email, u.Email) || u.Login != "" && strings.EqualFold(is.Login, u.Login) {
						return fmt.Errorf(message.Word(parts.Language, "a user with this ID, e-mail address or login already exists: %s"), is)
					}
				}
				err := audited.Do(ctx, parts, audit.Entry{What: audit.AddUser, Of: u.String()}, func() error {
					return parts.Store.Settings.Edit(ctx, func(o *settings.Additions) { o.Users = append(o.Users, u) })
				})
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), message.Word(parts.Language, "%s added\n"), u)
				return err
			})
		},
	}
	add.Flags().StringVar(&u.ID, "id", "", "ID of the user in the records")
	add.Flags().StringVar(&u.Name, "name", "", "full name")
	add.Flags().StringVar(&u.Email, "email", "", "e-mail address")
	add.Flags().StringVar(&u.Login, "login", "", "login")
	cmd.AddCommand(add, userList(), userRemove())
	return cmd
}

func userList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the users, including those of the configuration",
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
			t := terminal.NewTable("ID", message.Word(cfg.Language, "Name"), message.Word(cfg.Language, "E-mail"), message.Word(cfg.Language, "Login"))
			for _, u := range schema.Users() {
				t.Add(u.ID, u.Name, u.Email, u.Login)
			}
			t.Print(cmd.OutOrStdout())
			return nil
		},
	}
}

func userRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove USER",
		Short: "Remove a user that was added with inlet user add, by ID, e-mail address, login or full name",
		Args:  usage.One("user", "inlet user remove anna@exempel.se"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return open.Store(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				return audited.Do(ctx, parts, audit.Entry{What: audit.RemoveUser, Of: args[0]}, func() error { return removeUser(ctx, parts, args[0]) })
			})
		},
	}
}

// removeUser removes a user that was added to the store.
func removeUser(ctx context.Context, parts *assembly.Parts, word string) error {
	removed := 0
	err := parts.Store.Settings.Edit(ctx, func(o *settings.Additions) {
		before := len(o.Users)
		o.Users = slices.DeleteFunc(o.Users, func(u crm.Person) bool {
			return word != "" && slices.Contains([]string{u.ID, u.Email, u.Login, u.Name}, word)
		})
		removed = before - len(o.Users)
	})
	if err == nil && removed == 0 {
		err = fmt.Errorf(message.Word(parts.Language, "the user %s was not added with inlet user add; remove users of the configuration there"), word)
	}
	return err
}
