package drive

import (
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/rclone/rclone/cmd/serve/ftp"
	_ "github.com/rclone/rclone/cmd/serve/s3"
	_ "github.com/rclone/rclone/cmd/serve/sftp"
	_ "github.com/rclone/rclone/cmd/serve/webdav"
	"github.com/rclone/rclone/fs/rc"
	"golang.org/x/crypto/ssh"
	"golang.org/x/net/webdav"
	"inlet.example/inlet/watcher/remote"
)

// place is a real server over a folder of the disk, through which a test sees and changes what is there.
type place struct {
	settings remote.Location
	disk     string // the folder that settings.Root names
	secret   string // option that gets us in; "" if there is none
	wire     *wire  // nil if there is none
	web      *web   // nil if it does not speak HTTP
	owner    int    // user whom the server serves as; 0 if the one of the test
	clock    time.Time
	stale    time.Duration // for how long the server does not see what changed on the disk
}

// put writes a file as of a moment that no file before it had.
func (p *place) put(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join(p.disk, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file+".new", []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	p.clock = p.clock.Add(time.Minute) // as exact as the listing of an old FTP server
	if err := os.Chtimes(file+".new", p.clock, p.clock); err != nil {
		t.Fatal(err)
	}
	if p.owner != 0 {
		os.Chown(file+".new", p.owner, -1)
		os.Chown(filepath.Dir(file), p.owner, -1)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
	time.Sleep(p.stale) // a cache of the server, which says nothing when it expires
}

func (p *place) remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(p.disk, name)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(p.stale)
}

// holds returns the files of the place: text by path.
func (p *place) holds(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(p.disk, func(file string, entry os.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // a bucket has no empty folders
		}
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		name, _ := filepath.Rel(p.disk, file)
		found[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// newPlace makes the folder that a server serves, and in it the one that is the source's.
func newPlace(t *testing.T, kind, below string) (p *place, served string) {
	t.Helper()
	served = t.TempDir()
	p = &place{disk: filepath.Join(served, below), clock: time.Now().Add(-48 * time.Hour).Truncate(time.Minute)}
	if err := os.MkdirAll(p.disk, 0o777); err != nil {
		t.Fatal(err)
	}
	p.settings = remote.Location{Source: "crm", Type: kind, Root: below, Options: map[string]string{}, Tokens: &kept{}}
	return p, served
}

// serve starts one of rclone's own servers over a folder. It remembers folders for a moment: without that its timers spin.
func serve(t *testing.T, p *place, folder string, more rc.Params) *wire {
	t.Helper()
	p.stale = 25 * time.Millisecond
	in := rc.Params{"type": p.settings.Type, "fs": folder, "dir_cache_time": "20ms", "poll_interval": "0s", "vfs_handle_caching": "0s"}
	for name, value := range more {
		in[name] = value
	}
	var out rc.Params
	for try := range 10 {
		in["addr"] = freeAddress(t)
		var err error
		if out, err = rc.Calls.Get("serve/start").Fn(context.Background(), in.Copy()); err == nil { // it takes out what it has read
			break
		}
		if try == 9 || !strings.Contains(err.Error(), "address already in use") {
			t.Fatal(err) // otherwise another process took the port meanwhile
		}
	}
	t.Cleanup(func() { _, _ = rc.Calls.Get("serve/stop").Fn(context.Background(), rc.Params{"id": out["id"]}) })
	return newWire(t, out["addr"].(string))
}

// freeAddress is for servers that do not say which port they took.
func freeAddress(t *testing.T) string {
	l := listen(t)
	defer l.Close()
	return l.Addr().String()
}

// through has the source go through the wire.
func through(p *place, w *wire, options map[string]string) *place {
	p.wire = w
	p.settings.Options = options
	return p
}

func localPlace(t *testing.T) *place {
	p, served := newPlace(t, "local", "in")
	p.settings.Root = filepath.Join(served, "in")
	return p
}

// web is a server of HTTP whose answers can be set.
type web struct {
	mu    sync.Mutex
	first http.HandlerFunc // answers if it is set
	asked []string
	next  http.Handler
}

func (w *web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	first := w.first
	w.asked = append(w.asked, r.Method+" "+r.URL.Path+"?"+r.URL.RawQuery)
	w.mu.Unlock()
	if first != nil {
		first(rw, r)
		return
	}
	w.next.ServeHTTP(rw, r)
}

// answer sets what it answers to all from now on; nil lets it be itself.
func (w *web) answer(h http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.first, w.asked = h, nil
}

func (w *web) requests() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.asked...)
}

func withPassword(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, pass, _ := r.BasicAuth(); user != "anna" || pass != "very-secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// goDAV is the WebDAV server of golang.org/x/net.
func goDAV(t *testing.T) *place {
	p, served := newPlace(t, "webdav", "dep/in")
	p.web = &web{next: withPassword(&webdav.Handler{FileSystem: webdav.Dir(served), LockSystem: webdav.NewMemLS()})}
	server := httptest.NewServer(p.web)
	t.Cleanup(server.Close)
	p.secret = "pass"
	w := newWire(t, server.Listener.Addr().String())
	return through(p, w, map[string]string{"url": "http://" + w.Addr().String(), "user": "anna", "pass": "very-secret"})
}

func rcloneDAV(t *testing.T) *place {
	p, served := newPlace(t, "webdav", "dep/in")
	w := serve(t, p, served, rc.Params{"user": "anna", "pass": "very-secret"})
	p.secret = "pass"
	return through(p, w, map[string]string{"url": "http://" + w.Addr().String(), "user": "anna", "pass": "very-secret"})
}

func rcloneS3(t *testing.T) *place {
	p, served := newPlace(t, "s3", "bucket/in")
	w := serve(t, p, served, rc.Params{"auth_key": []string{"app,very-secret"}})
	p.secret = "secret_access_key"
	return through(p, w, map[string]string{"endpoint": "http://" + w.Addr().String(), "access_key_id": "app", "secret_access_key": "very-secret"})
}

func rcloneFTP(t *testing.T) *place {
	p, served := newPlace(t, "ftp", "dep/in")
	w := serve(t, p, served, rc.Params{"user": "anna", "pass": "very-secret"})
	p.secret = "pass"
	return through(p, w, map[string]string{"host": w.host(), "port": w.port(), "user": "anna", "pass": "very-secret"})
}

func rcloneSFTP(t *testing.T) *place {
	p, served := newPlace(t, "sftp", "dep/in")
	w := serve(t, p, served, rc.Params{"user": "anna", "pass": "very-secret", "key": []string{hostKeyFile(t)}})
	p.secret = "pass"
	return through(p, w, map[string]string{"host": w.host(), "port": w.port(), "user": "anna", "pass": "very-secret", "pin_host_key": "true"})
}

// hostKeyFile makes the key of a server.
func hostKeyFile(t *testing.T) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "host_key")
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// kept is Tokens in memory.
type kept struct {
	mu     sync.Mutex
	tokens map[string]string
	broken error
}

func (k *kept) Token(_ context.Context, key string) (string, bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	value, there := k.tokens[key]
	return value, there, nil
}

func (k *kept) KeepToken(_ context.Context, key, value string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.broken != nil {
		return k.broken
	}
	if k.tokens == nil {
		k.tokens = map[string]string{}
	}
	k.tokens[key] = value
	return nil
}
