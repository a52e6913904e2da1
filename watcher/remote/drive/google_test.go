package drive

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rclone/rclone/lib/oauthutil"
	"inlet.example/inlet/watcher/remote"
)

const (
	folderType = "application/vnd.google-apps.folder"
	sheetType  = "application/vnd.google-apps.spreadsheet"
	xlsxType   = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// google answers as Google Drive does, as far as it is asked here. It is reached through a proxy that takes all of *.googleapis.com to it.
type google struct {
	mu      sync.Mutex
	files   map[string]*googleFile
	made    int
	access  string // the token that lets in
	grants  bool   // gives new tokens
	refuse  func(w http.ResponseWriter, r *http.Request) bool
	granted []string
}

type googleFile struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	MimeType string    `json:"mimeType"`
	Size     string    `json:"size,omitempty"`
	MD5      string    `json:"md5Checksum,omitempty"`
	Modified time.Time `json:"modifiedTime"`
	Parents  []string  `json:"parents"`
	Trashed  bool      `json:"trashed"`
	Links    any       `json:"exportLinks,omitempty"`
	text     string
}

func (g *google) add(parent, name, mime, text string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.make(parent, name, mime, text).ID
}

func (g *google) make(parent, name, mime, text string) *googleFile {
	g.made++
	f := &googleFile{ID: fmt.Sprintf("id%d", g.made), Name: name, MimeType: mime, Parents: []string{parent}, Modified: time.Now().Add(-time.Hour), text: text}
	if mime != folderType && mime != sheetType {
		sum := md5.Sum([]byte(text))
		f.Size, f.MD5 = fmt.Sprint(len(text)), hex.EncodeToString(sum[:])
	}
	if mime == sheetType {
		f.Links = map[string]string{xlsxType: "https://www.googleapis.com/drive/v3/files/" + f.ID + "/export"}
	}
	g.files[f.ID] = f
	return f
}

func (g *google) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.URL.Path == "/token" {
		g.grant(w, r)
		return
	}
	if g.refuse != nil && g.refuse(w, r) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+g.access {
		googleError(w, 401, "authError", "Invalid Credentials")
		return
	}
	id := strings.TrimPrefix(r.URL.Path, "/drive/v3/files/")
	switch {
	case r.URL.Path == "/drive/v3/about":
		io.WriteString(w, `{"storageQuota": {"usage": "1"}, "exportFormats": {"`+sheetType+`": ["`+xlsxType+`"]}, "importFormats": {}}`)
	case r.URL.Path == "/drive/v3/files" && r.Method == http.MethodGet:
		g.list(w, r.URL.Query().Get("q"))
	case r.URL.Path == "/drive/v3/files":
		var f googleFile
		_ = json.NewDecoder(r.Body).Decode(&f)
		answerJSON(w, g.make(f.Parents[0], f.Name, f.MimeType, ""))
	default:
		g.one(w, r, strings.TrimSuffix(id, "/export"))
	}
}

func (g *google) one(w http.ResponseWriter, r *http.Request, id string) {
	if id == "root" {
		id = "top"
	}
	f := g.files[id]
	switch {
	case f == nil || f.Trashed:
		googleError(w, 404, "notFound", "File not found: "+id)
	case r.Method == http.MethodPatch:
		var change googleFile
		_ = json.NewDecoder(r.Body).Decode(&change)
		if change.Name != "" {
			f.Name = change.Name
		}
		f.Trashed = change.Trashed
		if to := r.URL.Query().Get("addParents"); to != "" {
			f.Parents = []string{to}
		}
		answerJSON(w, f)
	case r.URL.Query().Get("alt") == "media" || strings.HasSuffix(r.URL.Path, "/export"):
		io.WriteString(w, f.text)
	default:
		answerJSON(w, f)
	}
}

var (
	parentOf = regexp.MustCompile(`'([^']*)' in parents`)
	namedAs  = regexp.MustCompile(`name='([^']*)'`)
)

func (g *google) list(w http.ResponseWriter, q string) {
	parents, names := parentOf.FindAllStringSubmatch(q, -1), namedAs.FindAllStringSubmatch(q, -1)
	found := []*googleFile{}
	for n := range g.made { // in the order in which they were made
		f := g.files[fmt.Sprintf("id%d", n+1)]
		if f != nil && !f.Trashed && one(parents, f.Parents[0]) && (len(names) == 0 || one(names, f.Name)) {
			if !strings.Contains(q, "mimeType='"+folderType) || f.MimeType == folderType {
				found = append(found, f)
			}
		}
	}
	answerJSON(w, map[string]any{"files": found})
}

func one(matches [][]string, text string) bool {
	for _, m := range matches {
		if m[1] == text {
			return true
		}
	}
	return false
}

func (g *google) grant(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	g.granted = append(g.granted, r.Form.Get("grant_type")+" "+r.Form.Get("code")+r.Form.Get("refresh_token"))
	if !g.grants {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}`)
		return
	}
	g.access = fmt.Sprintf("access-%d", len(g.granted))
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"access_token": %q, "refresh_token": "refresh-%d", "expires_in": 3600, "token_type": "Bearer"}`, g.access, len(g.granted))
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func googleError(w http.ResponseWriter, code int, reason, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"error": {"code": %d, "message": %q, "errors": [{"reason": %q, "message": %q}]}}`, code, text, reason, text)
}

// newGoogle starts it, and a source of its folder in.
func newGoogle(t *testing.T) (*google, remote.Location) {
	t.Helper()
	g := &google{files: map[string]*googleFile{"top": {ID: "top", MimeType: folderType}}, access: "access-0", grants: true}
	g.add("top", "in", folderType, "") // id1
	ca, proxy := intercept(t, g, "*.googleapis.com")
	return g, remote.Location{Source: "crm", Type: "drive", Root: "in", Tokens: &kept{}, Options: map[string]string{
		"client_id": "app", "client_secret": "very-secret", "ca_cert": ca, "http_proxy": proxy, "pacer_min_sleep": "1ms", "pacer_burst": "1000",
		"token": googleToken("access-0", time.Hour),
	}}
}

func googleToken(access string, lasts time.Duration) string {
	return fmt.Sprintf(`{"access_token": %q, "token_type": "Bearer", "refresh_token": "refresh-0", "expiry": %q}`, access, time.Now().Add(lasts).Format(time.RFC3339))
}

// intercept starts a proxy whose every HTTPS connection ends at h. It gives the certificate to trust, and the address of the proxy.
func intercept(t *testing.T, h http.Handler, host string) (ca, proxy string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	card := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: []string{host}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, card, card, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	secure := httptest.NewUnstartedServer(h)
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	secure.StartTLS()
	t.Cleanup(secure.Close)
	tunnel := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		client, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer client.Close()
		server, err := net.Dial("tcp", secure.Listener.Addr().String())
		if err != nil {
			return
		}
		defer server.Close()
		io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			io.Copy(server, client)
			server.Close()
		}()
		io.Copy(client, server)
	}))
	t.Cleanup(tunnel.Close)
	return ca, tunnel.URL
}

func openAs(t *testing.T, s remote.Location) *Drive {
	t.Helper()
	return opened(t, &place{settings: s})
}

func TestGoogleTwoOfOneName(t *testing.T) {
	t.Parallel()
	g, s := newGoogle(t)
	g.add("id1", "people.csv", "text/csv", "first")
	g.add("id1", "people.csv", "text/csv", "second")
	d := openAs(t, s)
	files, err := d.List(t.Context())
	if err != nil || len(files) != 2 || files[0].ID == files[1].ID || files[0].Path != files[1].Path {
		t.Fatalf("listed %v, %v", files, err)
	}
	for n, want := range []string{"first", "second"} {
		if got := fetched(t, d, files[n]); got != want {
			t.Errorf("fetched %q, wanted %q", got, want)
		}
	}
	for _, f := range files {
		if err := d.Move(t.Context(), f, "done/2026", "people.csv"); err != nil {
			t.Fatal(err)
		}
	}
	names := map[string]string{}
	for _, f := range g.files {
		names[f.Name] = f.text
	}
	if names["people.csv"] != "first" || len(names) != 6 {
		t.Errorf("after the move there are %q", names)
	}
	wants(t, d.Fetch(t.Context(), files[1], io.Discard), remote.ErrGone)
}

func TestGoogleRemovesTheOneThatWasMeant(t *testing.T) {
	t.Parallel()
	g, s := newGoogle(t)
	first := g.add("id1", "people.csv", "text/csv", "first")
	second := g.add("id1", "people.csv", "text/csv", "second")
	d := openAs(t, s)
	files, err := d.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Remove(t.Context(), files[1]); err != nil {
		t.Fatal(err)
	}
	if g.files[first].Trashed || !g.files[second].Trashed {
		t.Error("the other one went into the bin")
	}
}

func TestGoogleSheet(t *testing.T) {
	t.Parallel()
	g, s := newGoogle(t)
	id := g.add("id1", "People", sheetType, "PK\x03\x04 what it becomes")
	d := openAs(t, s)
	f := only(t, d)
	if f.Path != "People.xlsx" || f.Size != -1 || f.ID != id || f.Hash != "" {
		t.Errorf("listed %+v", f)
	}
	if got := fetched(t, d, f); !strings.HasPrefix(got, "PK") {
		t.Errorf("fetched %q", got)
	}
	g.files[id].Modified = time.Now()
	wants(t, d.Fetch(t.Context(), f, io.Discard), remote.ErrChanged)
	if err := d.Move(t.Context(), only(t, d), "done", "People.xlsx"); err != nil {
		t.Error(err)
	}
}

func TestGoogleKeepsWhatItIsGiven(t *testing.T) {
	t.Parallel()
	g, s := newGoogle(t)
	tokens := &kept{broken: errors.New("store is down")}
	s.Tokens = tokens
	s.Options["token"] = googleToken("access-0", -time.Hour)
	if _, err := Open(t.Context(), s); err == nil || !strings.Contains(err.Error(), "store is down") {
		t.Errorf("got %v", err)
	}
	tokens.broken = nil
	openAs(t, s)
	if len(tokens.tokens) != 1 {
		t.Fatalf("kept %v", tokens.tokens)
	}
	g.granted = nil
	d := openAs(t, s) // with what was kept, though the options still have the old one
	if _, err := d.List(t.Context()); err != nil || len(g.granted) > 0 {
		t.Errorf("%v, granted %q", err, g.granted)
	}
}

func TestGoogleConsentIsRevoked(t *testing.T) {
	t.Parallel()
	g, s := newGoogle(t)
	g.grants = false
	s.Options["token"] = googleToken("access-0", -time.Hour)
	err := fails(t, &place{settings: s})
	if !isDenied(err) || !strings.Contains(err.Error(), `run "inlet source login `) || strings.Contains(err.Error(), "rclone") {
		t.Errorf("got %v", err)
	}
}

func TestGoogleRefuses(t *testing.T) {
	t.Parallel()
	g, s := newGoogle(t)
	g.add("id1", "people.csv", "text/csv", "first")
	d := openAs(t, s)
	f := only(t, d)
	limit := func(code int, reason string) {
		g.refuse = func(w http.ResponseWriter, _ *http.Request) bool {
			if !strings.HasPrefix(reason, "insufficient") {
				w.Header().Set("Retry-After", "90")
			}
			googleError(w, code, reason, "No.")
			return true
		}
	}
	limit(403, "insufficientFilePermissions")
	if err := d.Move(t.Context(), f, "done", "people.csv"); err == nil || isDenied(err) || !strings.Contains(err.Error(), "editor of the folder") {
		t.Errorf("got %v", err)
	}
	for code, reason := range map[int]string{403: "userRateLimitExceeded", 429: "rateLimitExceeded"} {
		limit(code, reason)
		_, err := d.List(t.Context())
		if wait, ok := errors.AsType[*remote.Wait](err); !ok || wait.After != 90*time.Second {
			t.Errorf("got %#v", err)
		}
	}
}

// TestLogin is the browser of a person who says yes.
func TestLogin(t *testing.T) {
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) { // another run of these tests may have it
		l, err := net.Listen("tcp", strings.Trim(strings.TrimPrefix(oauthutil.RedirectURL, "http://"), "/"))
		if err == nil {
			l.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the address that logins come back to is taken: %v", err)
		}
	}
	g, s := newGoogle(t)
	tokens := &kept{}
	s.Tokens = tokens
	delete(s.Options, "token")
	if err := fails(t, &place{settings: s}); !isDenied(err) {
		t.Errorf("before the login: %v", err)
	}
	consent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		http.Redirect(w, r, q.Get("redirect_uri")+"?code=yes&state="+q.Get("state"), http.StatusFound)
	}))
	t.Cleanup(consent.Close)
	s.Options["auth_url"] = consent.URL
	page := make(chan string, 1)
	err := Login(t.Context(), s, func(url string) {
		go func() {
			var b bytes.Buffer
			if resp, err := http.Get(url); err == nil {
				io.Copy(&b, resp.Body)
				resp.Body.Close()
			}
			page <- b.String()
		}()
	})
	if err != nil || !strings.Contains(tokens.tokens["token"], "access-1") || len(g.granted) != 1 || g.granted[0] != "authorization_code yes" {
		t.Fatalf("kept %q, %v, granted %q", tokens.tokens, err, g.granted)
	}
	if text := <-page; !strings.Contains(text, "inlet is logged in") {
		t.Errorf("the browser shows %s", text)
	}
	if len(tokens.tokens) != 1 {
		t.Errorf("kept %v", tokens.tokens)
	}
	if _, err := openAs(t, s).List(t.Context()); err != nil {
		t.Error(err)
	}
}
