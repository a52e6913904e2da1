package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/settings"
)

func userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "user",
		Short:   "Add, list and remove the users that accounts may belong to",
		Example: `  inlet user add --id 17 --name "Anna Ek" --email anna@exempel.se`,
	}
	var u crm.Person
	add := &cobra.Command{
		Use:   "add",
		Short: "Add a user",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if u == (crm.Person{}) {
				return exitError{exitUsage, errors.New("say at least one of --id, --name, --email and --login")}
			}
			return withStore(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				for _, is := range parts.Schema.Users() {
					if u.ID != "" && is.ID == u.ID || u.Email != "" && strings.EqualFold(is.Email, u.Email) || u.Login != "" && strings.EqualFold(is.Login, u.Login) {
						return fmt.Errorf("there is a user with this id, e-mail or login already: %s", is)
					}
				}
				if err := parts.Store.Settings.Edit(ctx, func(o *settings.Additions) { o.Users = append(o.Users, u) }); err != nil {
					return err
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s added\n", u)
				return err
			})
		},
	}
	add.Flags().StringVar(&u.ID, "id", "", "what records hold of the user")
	add.Flags().StringVar(&u.Name, "name", "", "full name")
	add.Flags().StringVar(&u.Email, "email", "", "e-mail address")
	add.Flags().StringVar(&u.Login, "login", "", "login")
	cmd.AddCommand(add, userList(), userRemove())
	return cmd
}

func userList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the users, those of the configuration too",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			schema, err := loadSchema(cmd, cfg)
			if err != nil {
				return err
			}
			t := newTable("ID", "Name", "E-mail", "Login")
			for _, u := range schema.Users() {
				t.add(u.ID, u.Name, u.Email, u.Login)
			}
			t.print(cmd.OutOrStdout())
			return nil
		},
	}
}

func userRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove USER",
		Short: "Remove a user that was added here, named by id, e-mail, login or full name",
		Args:  oneArgument("user", "inlet user remove anna@exempel.se"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				removed := 0
				err := parts.Store.Settings.Edit(ctx, func(o *settings.Additions) {
					before := len(o.Users)
					o.Users = slices.DeleteFunc(o.Users, func(u crm.Person) bool {
						return args[0] != "" && slices.Contains([]string{u.ID, u.Email, u.Login, u.Name}, args[0])
					})
					removed = before - len(o.Users)
				})
				if err == nil && removed == 0 {
					err = fmt.Errorf("no user %s was added here; those of the configuration are removed there", args[0])
				}
				return err
			})
		},
	}
}
