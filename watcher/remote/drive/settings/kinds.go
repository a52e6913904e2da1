// Package settings has the kinds of places with what is particular about each, and checks the settings of a source before anything is contacted. It
// makes of them what rclone takes, and knows which of them are secrets.
package settings

import (
	"maps"
	"slices"

	"inlet.example/inlet/pipeline/message"
	_ "inlet.example/inlet/watcher/remote/drive/internal/quiet" // before rclone

	_ "github.com/rclone/rclone/backend/azureblob"
	_ "github.com/rclone/rclone/backend/box"
	_ "github.com/rclone/rclone/backend/drive"
	_ "github.com/rclone/rclone/backend/dropbox"
	_ "github.com/rclone/rclone/backend/ftp"
	_ "github.com/rclone/rclone/backend/googlecloudstorage"
	_ "github.com/rclone/rclone/backend/local"
	_ "github.com/rclone/rclone/backend/onedrive"
	_ "github.com/rclone/rclone/backend/s3"
	_ "github.com/rclone/rclone/backend/sftp"
	_ "github.com/rclone/rclone/backend/smb"
	_ "github.com/rclone/rclone/backend/webdav"
	"github.com/rclone/rclone/fs"
)

// Kind is a kind of place and what is particular about it.
type Kind struct {
	Login     []string // a person logs in on a web page, unless one of these options is set
	Bucket    string   // what the root begins with, where that is not a folder
	http      bool     // ca_cert, client_cert and client_key apply
	NoRetries bool     // requests are not retried: rclone would try a wrong password again, or itself wait as long as the place asks
	defaults  map[string]string
	refused   map[string]error // option: why
	Rights    Rights
}

// Rights are the names that a place has for its permissions.
type Rights struct{ List, Fetch, Change error }

var (
	otherLogins = []string{"client_credentials", "service_account_file", "service_account_credentials", "env_auth"}
	noPrompt    = message.Errorf("interactive input is not possible; set pass")
	posix       = Rights{
		List:   message.Errorf("the user needs the right to read the folder"),
		Fetch:  message.Errorf("the user needs the right to read the file"),
		Change: message.Errorf("the user needs the right to write in both folders"),
	}
)

var kinds = map[string]Kind{
	"local": {Rights: posix},
	"sftp": {
		NoRetries: true,
		// No command is run on the server: many have no shell, and for a hash it would read the file a second time.
		defaults: map[string]string{"shell_type": "none", "disable_hashcheck": "true"},
		refused:  map[string]error{"ssh": message.Errorf("it would start a program"), "ask_password": noPrompt},
		Rights:   posix,
	},
	"ftp": {NoRetries: true, refused: map[string]error{"ask_password": noPrompt}, Rights: posix},
	"smb": {NoRetries: true, Bucket: "share", Rights: posix},
	"webdav": {
		http:    true,
		refused: map[string]error{"bearer_token_command": message.Errorf("it would start a program; set bearer_token")},
		Rights:  posix,
	},
	"s3": {
		Bucket: "bucket", http: true,
		defaults: map[string]string{"no_check_bucket": "true"}, // otherwise a move needs the right to make buckets
		refused:  map[string]error{"sdk_log_mode": message.Errorf("its log contains secrets")},
		Rights: Rights{
			List:   message.Errorf("the app may not list this bucket; it needs s3:ListBucket"),
			Fetch:  message.Errorf("the app may not read this file; it needs s3:GetObject"),
			Change: message.Errorf("the app may not move or remove files here; it needs s3:GetObject, s3:PutObject and s3:DeleteObject"),
		},
	},
	"googlecloudstorage": {
		Login: append([]string{"anonymous", "access_token"}, otherLogins...), Bucket: "bucket", http: true,
		defaults: map[string]string{"no_check_bucket": "true", "bucket_policy_only": "true"},
		Rights: Rights{
			List:   message.Errorf("the app may not list this bucket; it needs storage.objects.list"),
			Fetch:  message.Errorf("the app may not read this file; it needs storage.objects.get"),
			Change: message.Errorf("the app may not move or remove files here; it needs storage.objects.create and storage.objects.delete"),
		},
	},
	"azureblob": {
		Bucket:   "container",
		defaults: map[string]string{"no_check_container": "true"},
		refused:  map[string]error{"use_az": message.Errorf("it would start a program; set sas_url, key or a client secret")},
		Rights: Rights{
			List:   message.Errorf("the app may not list this container; it needs Storage Blob Data Reader, or a SAS with rl"),
			Fetch:  message.Errorf("the app may not read this file; it needs Storage Blob Data Reader, or a SAS with rl"),
			Change: message.Errorf("the app may not move or remove files here; it needs Storage Blob Data Contributor, or a SAS with rlwd"),
		},
	},
	"drive": {
		Login: otherLogins, http: true,
		// A Google Sheet is exported as .xlsx; documents and slides are left out.
		defaults: map[string]string{"export_formats": "xlsx", "skip_dangling_shortcuts": "true"},
		Rights: Rights{
			List:   message.Errorf("the account has no access to this folder; share it with the account, or log in with the scope drive.readonly or drive"),
			Fetch:  message.Errorf("the account may not download this file; its owner forbids it, or it needs the scope drive.readonly or drive"),
			Change: message.Errorf("the account may not move or remove files here; it must be an editor of the folder, with the scope drive"),
		},
	},
	"onedrive": {
		Login: otherLogins, http: true, NoRetries: true,
		Rights: Rights{
			List:   message.Errorf("the app may not list this folder; it needs Files.Read, and Sites.Read.All for SharePoint"),
			Fetch:  message.Errorf("the app may not read this file; it needs Files.Read, and Sites.Read.All for SharePoint"),
			Change: message.Errorf("the app may not move or remove files here; it needs Files.ReadWrite.All"),
		},
	},
	"dropbox": {
		Login: otherLogins, http: true, NoRetries: true,
		defaults: map[string]string{"skip_exports": "true"},
		Rights: Rights{
			List:   message.Errorf("the app may not list this folder; it needs files.metadata.read"),
			Fetch:  message.Errorf("the app may not read this file; it needs files.content.read"),
			Change: message.Errorf("the app may not move or remove files here; it needs files.content.write"),
		},
	},
	"box": {
		Login: append([]string{"box_config_file", "config_credentials", "access_token"}, otherLogins...), http: true,
		Rights: Rights{
			List:   message.Errorf(`the app may not list this folder; it needs "Read all files and folders stored in Box"`),
			Fetch:  message.Errorf(`the app may not read this file; it needs "Read all files and folders stored in Box"`),
			Change: message.Errorf(`the app may not move or remove files here; it needs "Read and write all files and folders stored in Box"`),
		},
	},
}

// Types are the supported types of places.
func Types() []string { return slices.Sorted(maps.Keys(kinds)) }

// KindOf returns a type of places, which Check has found to be one.
func KindOf(name string) Kind { return kinds[name] }

// Info is the description that rclone has of a kind.
func Info(name string) *fs.RegInfo {
	info, err := fs.Find(name)
	if err != nil {
		panic(err) // it is imported above
	}
	return info
}
