package settings

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/watcher/remote"
)

// enough is what each type needs at least, as a person would write it.
func enough(t *testing.T) map[string]remote.Location {
	known := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(known, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]remote.Location{
		"local":              {Root: "/srv/in"},
		"s3":                 {Root: "bucket/in", Options: map[string]string{"access_key_id": "app", "secret_access_key": "k", "region": "eu-north-1"}},
		"googlecloudstorage": {Root: "bucket/in", Options: map[string]string{"service_account_credentials": "{}"}},
		"azureblob":          {Root: "container/in", Options: map[string]string{"account": "acme", "key": "k"}},
		"sftp":               {Root: "in", Options: map[string]string{"host": "h", "user": "anna", "pass": "p", "known_hosts_file": known}},
		"ftp":                {Options: map[string]string{"host": "h", "explicit_tls": "true"}},
		"smb":                {Root: "share/in", Options: map[string]string{"host": "h", "domain": "ACME"}},
		"webdav":             {Options: map[string]string{"url": "https://cloud.example.com/remote.php/dav/files/anna", "vendor": "nextcloud"}},
		"drive":              {Options: map[string]string{"client_id": "app", "client_secret": "s", "team_drive": "0A"}},
		"onedrive":           {Options: map[string]string{"drive_id": "b!x", "drive_type": "documentLibrary"}},
		"dropbox":            {},
		"box":                {},
	}
}

func TestCheck(t *testing.T) {
	all := enough(t)
	for _, kind := range Types() {
		s, ok := all[kind]
		if !ok {
			t.Errorf("no example of %s", kind)
		}
		s.Type = kind
		if err := Check(s); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// What a configuration says is looked at before anybody keeps keys: it may say that the first one is to be trusted.
func TestCheckTakesPinnedKeys(t *testing.T) {
	s := remote.Location{Type: "sftp", Options: map[string]string{"host": "h", "user": "anna", "pass": "p", "pin_host_key": "true"}}
	if err := Check(s); err != nil {
		t.Error(err)
	}
}

func TestCheckNamesTheOption(t *testing.T) {
	for want, s := range map[string]remote.Location{
		"root":             {Type: "s3", Options: map[string]string{"provider": "AWS"}},
		"prot":             {Type: "sftp", Options: map[string]string{"host": "h", "pass": "p", "pin_host_key": "true", "prot": "22"}},
		"known_hosts_file": {Type: "sftp", Options: map[string]string{"host": "h", "pass": "p", "known_hosts_file": "none"}},
	} {
		named, is := errors.AsType[interface {
			error
			Option() string
		}](Check(s))
		if !is || named.Option() != want {
			t.Errorf("%v names no %s", Check(s), want)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.pem")
	broken := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(broken, []byte("no PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	type m = map[string]string
	for want, s := range map[string]remote.Location{
		`the type "gdrive" does not exist; did you mean drive?`:        {Type: "gdrive"},
		"the types are azureblob, box, drive,":                         {Type: "nfs"},
		`the type "s33" does not exist; did you mean s3?`:              {Type: "s33"},
		"s3 has no option secret_key; did you mean secret_access_key?": {Type: "s3", Options: m{"secret_key": "very-secret"}},
		"ftp has no option explict_tls; did you mean explicit_tls?":    {Type: "ftp", Options: m{"explict_tls": "true"}},
		"option explicit_tls is not a valid bool":                      {Type: "ftp", Options: m{"explicit_tls": "very-secret"}},
		"option ssh is not allowed: it would start a program":          {Type: "sftp", Options: m{"ssh": "sh -c very-secret"}},
		"bearer_token_command is not allowed":                          {Type: "webdav", Options: m{"bearer_token_command": "sh"}},
		"use_az is not allowed":                                        {Type: "azureblob", Options: m{"use_az": "true"}},
		"ask_password is not allowed":                                  {Type: "ftp", Options: m{"ask_password": "true"}},
		"webdav needs the option url":                                  {Type: "webdav"},
		"smb needs the option host":                                    {Type: "smb", Root: "share"},
		"root is empty; it must begin with the bucket":                 {Type: "s3"},
		"root is empty; it must begin with the share":                  {Type: "smb", Root: "/"},
		"the host key of the sftp server is missing":                   {Type: "sftp", Options: m{"host": "h"}},
		"the login of the sftp server is missing":                      {Type: "sftp", Options: m{"host": "h"}},
		"known_hosts_file: none would trust any server":                {Type: "sftp", Options: m{"host": "h", "known_hosts_file": "none"}},
		"option key_file: open":                                        {Type: "sftp", Options: m{"host": "h", "key_file": missing}},
		"option ca_cert: open":                                         {Type: "webdav", Options: m{"url": "https://h", "ca_cert": missing}},
		"contains no certificate in PEM format":                        {Type: "s3", Root: "b", Options: m{"ca_cert": broken}},
		"client_cert and client_key must be set together":              {Type: "s3", Root: "b", Options: m{"client_cert": broken}},
		"options client_cert and client_key: read cert":                {Type: "s3", Root: "b", Options: m{"client_cert": missing, "client_key": missing}},
		"smb has no option ca_cert; add certificates to":               {Type: "smb", Root: "share", Options: m{"host": "h", "ca_cert": broken}},
		"is outside the source":                                        {Type: "local", Root: "/in", Skip: "../done"},
		"drive needs service_account_file, or client_id":               {Type: "drive"},
	} {
		err := Check(s)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nis not %s", err, want)
		} else if strings.Contains(err.Error(), "very-secret") {
			t.Errorf("a secret is in the error: %v", err)
		}
	}
}

func TestCheckReportsAllAtOnce(t *testing.T) {
	err := Check(remote.Location{Type: "sftp", Options: map[string]string{"prot": "x", "ssh": "x"}})
	if err == nil || strings.Count(err.Error(), "\n") < 3 {
		t.Errorf("got %v", err)
	}
}

func TestPasswordsAreObscuredForRcloneOnly(t *testing.T) {
	s := remote.Location{Type: "webdav", Options: map[string]string{"url": "https://h", "pass": "very-secret"}}
	got, err := Options(s)
	if err != nil || got["pass"] == "very-secret" || s.Options["pass"] != "very-secret" {
		t.Errorf("rclone is given %q, %v", got["pass"], err)
	}
}
