package settings

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/fs/config/obscure"
	"github.com/rclone/rclone/lib/oauthutil"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
)

// mistake is what is wrong with one option, or with "root". Its text never contains the value, which may be a secret.
type mistake struct {
	error
	option string
}

// Option is the option that is wrong.
func (m *mistake) Option() string { return m.option }

// of makes an error a mistake of an option; nil stays nil.
func of(option string, err error) error {
	if err == nil {
		return nil
	}
	return &mistake{err, option}
}

// Check returns what is wrong with the settings of a source, without contacting the place. It returns all mistakes at once; each that concerns an
// option has the method Option.
func Check(s remote.Location) error {
	k, ok := kinds[s.Type]
	if !ok {
		return message.Errorf("the type %q does not exist%s; the types are %s", s.Type, suggestion(s.Type, Types()), strings.Join(Types(), ", "))
	}
	errs := []error{of("root", checkRoot(s, k)), checkSkip(s)}
	for _, name := range slices.Sorted(maps.Keys(s.Options)) {
		errs = append(errs, of(name, checkOption(s, k, name)))
	}
	errs = append(errs, checkNeeded(s), checkClient(s), checkSFTP(s), checkFiles(s))
	return errors.Join(errs...)
}

func checkRoot(s remote.Location, k Kind) error {
	if k.Bucket != "" && strings.Trim(s.Root, "/") == "" {
		return message.Errorf("root is empty; it must begin with the %s: %s/folder", k.Bucket, k.Bucket)
	}
	if s.Type == "local" && s.Root == "" {
		return message.Errorf("root is empty; set the folder to fetch files from")
	}
	return nil
}

func checkSkip(s remote.Location) error {
	if s.Skip == "" {
		return nil
	}
	_, err := CleanFolder(s.Skip)
	return err
}

// checkOption checks one option by itself.
func checkOption(s remote.Location, k Kind, name string) error {
	if why := k.refused[name]; why != nil {
		return message.Errorf("option %s is not allowed: %w", name, why)
	}
	option := Option(s.Type, name)
	switch {
	case option != nil:
	case slices.Contains(sharedOptions, name) && k.http:
		return nil
	case slices.Contains(sharedOptions, name):
		return message.Errorf("%s has no option %s; add certificates to the certificate store of the system", s.Type, name)
	default:
		return message.Errorf("%s has no option %s%s", s.Type, name, suggestion(name, optionNames(s.Type)))
	}
	if err := option.Set(s.Options[name]); err != nil {
		return message.Errorf("option %s is not a valid %s", name, option.Type())
	}
	return nil
}

// Option is a copy of rclone's description of an option; nil if there is none.
func Option(kind, name string) *fs.Option {
	if option := Info(kind).Options.Get(name); option != nil {
		copied := *option
		return &copied
	}
	return nil
}

func optionNames(kind string) []string {
	names := slices.Clone(sharedOptions)
	for _, option := range Info(kind).Options {
		names = append(names, option.Name)
	}
	return names
}

func checkNeeded(s remote.Location) error {
	var errs []error
	for _, option := range Info(s.Type).Options {
		if option.Required && option.Provider == "" && option.String() == "" && s.Options[option.Name] == "" {
			errs = append(errs, message.Errorf("%s needs the option %s", s.Type, option.Name))
		}
	}
	return errors.Join(errs...)
}

// checkClient asks for an app of one's own: the one that rclone lends to everybody stops working during 2026.
func checkClient(s remote.Location) error {
	if s.Type != "drive" && s.Type != "googlecloudstorage" || s.Options["client_id"] != "" {
		return nil
	}
	for _, other := range kinds[s.Type].Login {
		if s.Options[other] != "" {
			return nil
		}
	}
	return message.Errorf("%s needs service_account_file, or client_id and client_secret of an app of your own with the redirect address %s", s.Type, oauthutil.RedirectURL)
}

// checkSFTP asks for the server's key and for something to log in with: rclone takes any key, and an agent that is not there.
func checkSFTP(s remote.Location) error {
	if s.Type != "sftp" {
		return nil
	}
	o := s.Options
	var errs []error
	switch {
	case o["known_hosts_file"] == "none":
		errs = append(errs, of("known_hosts_file", message.Errorf("known_hosts_file: none would trust any server; name a file")))
	case o["known_hosts_file"] == "" && o["host_keys"] == "" && o["pin_host_key"] != "true":
		errs = append(errs, message.Errorf("the host key of the sftp server is missing: set known_hosts_file, or host_keys, or pin_host_key: true to trust the key that the "+
			"server presents first, and no other later"))
	}
	if o["pass"] == "" && o["key_file"] == "" && o["key_pem"] == "" && o["key_use_agent"] != "true" {
		errs = append(errs, message.Errorf("the login of the sftp server is missing: set pass, key_file or key_pem, or key_use_agent: true"))
	}
	return errors.Join(errs...)
}

// fileOptions name files that must exist. For some of them rclone exits if they do not.
var fileOptions = []string{
	"known_hosts_file", "key_file", "pubkey_file", "service_account_file", "box_config_file",
	"client_certificate_path", "service_principal_file", "shared_credentials_file",
}

func checkFiles(s remote.Location) error {
	var errs []error
	for _, name := range fileOptions {
		if file := s.Options[name]; file != "" && !strings.ContainsAny(file, "~$") && file != "none" {
			if _, err := os.ReadFile(file); err != nil {
				errs = append(errs, of(name, message.Errorf("option %s: %w", name, err)))
			}
		}
	}
	return errors.Join(append(errs, checkCertificates(s.Options))...)
}

// suggestion guesses which known name a misspelt one is meant to be.
func suggestion(name string, known []string) string {
	best, least := "", 1+len(name)/3
	for _, k := range known {
		if d := message.Distance(strings.ToLower(name), k); d < least || d == least && best == "" {
			best, least = k, d
		}
	}
	if best == "" && len(name) > 2 { // secret_key is secret_access_key
		words := strings.Split(name, "_")
		i := slices.IndexFunc(known, func(k string) bool {
			return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(k, word) })
		})
		if i < 0 {
			return ""
		}
		best = known[i]
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// Options are the options for rclone: with the defaults of the kind, and passwords in rclone's form, which does not protect them.
func Options(s remote.Location) (map[string]string, error) {
	all := maps.Clone(kinds[s.Type].defaults)
	if all == nil {
		all = map[string]string{}
	}
	if s.Type == "s3" {
		all["provider"] = "AWS"
		if s.Options["endpoint"] != "" {
			all["provider"] = "Other"
		}
	}
	for name, value := range s.Options {
		option := Option(s.Type, name)
		if option == nil {
			continue // one of ours
		}
		if option.IsPassword && value != "" {
			var err error
			if value, err = obscure.Obscure(value); err != nil {
				return nil, message.Errorf("option %s: %w", name, err)
			}
		}
		all[name] = value
	}
	return all, nil
}

// MaxBytes is how large one file may be.
func MaxBytes(s remote.Location) int64 {
	if s.MaxBytes > 0 {
		return s.MaxBytes
	}
	return remote.DefaultMaxBytes
}

// Secrets replaces the secrets of the settings.
func Secrets(s remote.Location) *strings.Replacer {
	var pairs []string
	for name, value := range s.Options {
		for _, secret := range secretsOf(s.Type, name, value) {
			if len(secret) > 3 {
				pairs = append(pairs, secret, "…")
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

// secretsOf are the secrets in the value of an option. Names of users and hosts are not secrets, though rclone treats them so.
func secretsOf(kind, name, value string) []string {
	option := Option(kind, name)
	switch {
	case option == nil || strings.HasPrefix(name, "user") || name == "host" || name == "account":
		return nil
	case name == "headers":
		return strings.Split(value, ",")
	case option.IsPassword || option.Sensitive:
		return []string{value}
	}
	return nil
}

// CleanFolder cleans a path below the root of the source, and refuses one that leads out of it.
func CleanFolder(folder string) (string, error) {
	for part := range strings.SplitSeq(folder, "/") {
		if part == ".." {
			return "", message.Errorf("the folder %s is outside the source; name a folder below its root", folder)
		}
	}
	return strings.Trim(path.Clean("/"+folder), "/"), nil
}
