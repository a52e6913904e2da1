package configtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Example is the path of the example file, from the folder of a child of package config.
const Example = "../../../config.example.yaml"

// ExampleWithItems writes the example with its items, and beside it the files that it names.
func ExampleWithItems(t *testing.T) (path string) {
	// The one type that choices are for.
	path = Write(t, strings.Replace(Uncommented(t), "type: text ", "type: choice ", 1))
	for _, name := range []string{"standard.yaml", "export.token", "s3.key", "excel.password", "crm-hook.key", "mail.password"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), name), []byte("hemlig\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// Uncommented is the example with its commented lists in the place of the empty ones.
func Uncommented(t *testing.T) string {
	content, err := os.ReadFile(Example)
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?m)^(webhooks|stores|sources|fields|users|passwords): (\[\]|\{\})$`).ReplaceAllString(string(content), "")
	return regexp.MustCompile(`(?m)^# ((?:webhooks|stores|sources|fields|users|passwords):$|  )`).ReplaceAllString(strings.ReplaceAll(text,
		"#   store: {uri: \"sqlite:inlet.db\"}\n#   inboxes: [{name: kunder, path: inbox}]\n", ""), "$1")
}

// Write puts a configuration into a folder of its own, readable by its owner only.
func Write(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inlet.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Everything is a configuration with every kind of value in it.
const Everything = `
store: {uri: "mongodb://anna:hemlig@h1:27017,h2:27017/crm?replicaSet=rs0", collections: {
  account: {name: customers, id: uuid, created: audit.at, modified: "-", changed: updatedAt, search: true, fields: {name: companyName, zip: address.zip, custom.level: rating}},
  contact: {name: people, account: customerId, created: "-", fields: {email: mail}}}}
stores: {north: {uri: "mongodb://anna:hemlig@h3/north", collections: {account: {name: customers}}}, south.2: {uri: "sqlite:south.db"}}
inboxes:
  - {name: kunder, path: in, store: north, done: ../klart, mapping: standard.yaml, settle: 3s, scan: 1m30s, sidecar_grace: 5s, language: sv,
     encoding: windows-1252, delimiter: ";", empty: refuse, headings: warn, ask: "Anna, 08-123 45", names: {rejected: fel, importing: pågår}, uploads: false}
  - name: mässan
    path: fair
    limits:
      profile: safe
      modes: [create]
      fields: [account.name, account.custom.level, account.custom.*, contact.*]
      caps: {max_rejected: 2.5%, max_created: 10000, max_updated: 100%, max_cleared: 0, max_left_out: 10}
      match: {account: [[org_number], [name, zip]], contact: [[email, custom.x]]}
      clear: false
      mail_domains: [exempel.se, sub-1.åre.example]
      webhooks: [crm-hook]
    ownership: {group: 4711, file_mode: "0640", dir_mode: "2770"}
    when_done: {mail: [anna@exempel.se], webhook: [crm-hook]}
http: {upload_bytes: 1000, upload_total: 5000, pprof: "127.0.0.1:6060"}
mail: {server: "smtp.exempel.se:587", from: Inlet <inlet@exempel.se>, user: inlet, password_file: token, tls: tls}
webhooks:
  - {name: crm-hook, url: https://crm.example/inlet, secret_file: "credential:hook"}
  - {name: chat, url_file: token, form: slack}
sources:
  - name: export
    inbox: kunder
    url: https://crm.example/export?key=1
    as: kunder.xlsx
    cron: 0 6 * * 1-5
    time_zone: Europe/Stockholm
    headers: {Accept: text/csv, X.Y: 1}
    headers_file: {Authorization: token}
    max_bytes: 1000
  - {name: nas, inbox: kunder, path: /mnt/nas, every: 15m}
  - name: bucket
    inbox: kunder
    drive: s3
    root: crm/exports
    options: {endpoint: "https://s3.example", access_key_id: 17}
    options_file: {secret_access_key: token}
    include: kunder*.xlsx
    recursive: true
    when_imported: move
    move_to: old/done
    bandwidth: 1000000
    every: 5m
fields:
  - {field: account.custom.level, type: choice, labels: {sv: Nivå, en: Level}, aliases: [Klass], choices: [A, {value: B, labels: {sv: Bra, en: Good}, aliases: [Fint, b 2]}, 3]}
users: [{id: 17, name: Anna Ek, email: anna@exempel.se, login: anna}, {name: Anna Ek}, {id: anna}]
campaigns: [Hösten 2026, hösten 2026, 2027]
retention: {journal: 90d, imports: 400d, claims: 30d}
categories: {account: [Prospekt], contact: [Inköpare]}
passwords: {excel-password: token, "2026_b": ./token}
`
