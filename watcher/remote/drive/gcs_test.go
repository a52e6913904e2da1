package drive

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// gcs answers as Google Cloud Storage does for the buckets that are the folders of a disk.
type gcs struct {
	disk string
	self string
}

func googleBucket(t *testing.T) *place {
	p, served := newPlace(t, "googlecloudstorage", "bucket/in")
	g := &gcs{disk: served}
	p.web = &web{next: g}
	server := httptest.NewServer(p.web)
	t.Cleanup(server.Close)
	w := newWire(t, server.Listener.Addr().String())
	g.self = "http://" + w.Addr().String()
	p.secret = "access_token"
	return through(p, w, map[string]string{"endpoint": g.self + "/", "access_token": "very-secret"})
}

func (g *gcs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer very-secret" {
		googleError(w, http.StatusUnauthorized, "authError", "Invalid Credentials")
		return
	}
	if name, ok := strings.CutPrefix(r.URL.Path, "/media/"); ok {
		http.ServeFile(w, r, filepath.Join(g.disk, name))
		return
	}
	parts := strings.Split(r.URL.EscapedPath(), "/") // /b/BUCKET/o/NAME/rewriteTo/b/BUCKET/o/NAME
	for i := range parts {
		parts[i], _ = url.PathUnescape(parts[i])
	}
	if len(parts) < 4 || !g.has(parts[2], true) {
		googleError(w, http.StatusNotFound, "notFound", "The specified bucket does not exist.")
		return
	}
	if len(parts) == 4 {
		g.list(w, parts[2], r.URL.Query())
		return
	}
	name := filepath.Join(parts[2], parts[4])
	switch {
	case !g.has(name, false):
		googleError(w, http.StatusNotFound, "notFound", "No such object.")
	case r.Method == http.MethodDelete:
		_ = os.Remove(filepath.Join(g.disk, name))
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodPost:
		to := filepath.Join(parts[7], parts[9])
		text, _ := os.ReadFile(filepath.Join(g.disk, name))
		_ = os.MkdirAll(filepath.Dir(filepath.Join(g.disk, to)), 0o777)
		_ = os.WriteFile(filepath.Join(g.disk, to), text, 0o666)
		answerJSON(w, map[string]any{"done": true, "resource": g.object(to)})
	default:
		answerJSON(w, g.object(name))
	}
}

// has reports whether there is such an object, or bucket.
func (g *gcs) has(name string, bucket bool) bool {
	info, err := os.Stat(filepath.Join(g.disk, name))
	return err == nil && info.IsDir() == bucket
}

func (g *gcs) list(w http.ResponseWriter, bucket string, q url.Values) {
	items, folders := []any{}, map[string]bool{}
	_ = filepath.WalkDir(filepath.Join(g.disk, bucket), func(file string, e fs.DirEntry, err error) error {
		name, _ := filepath.Rel(filepath.Join(g.disk, bucket), file)
		rest, ok := strings.CutPrefix(name, q.Get("prefix"))
		if err != nil || e.IsDir() || !ok {
			return err
		}
		if folder, _, deeper := strings.Cut(rest, "/"); deeper && q.Get("delimiter") == "/" {
			folders[q.Get("prefix")+folder+"/"] = true
			return nil
		}
		items = append(items, g.object(filepath.Join(bucket, name)))
		return nil
	})
	prefixes := []string{}
	for folder := range folders {
		prefixes = append(prefixes, folder)
	}
	answerJSON(w, map[string]any{"items": items, "prefixes": prefixes})
}

func (g *gcs) object(at string) map[string]any {
	bucket, name, _ := strings.Cut(at, "/")
	file := filepath.Join(g.disk, at)
	info, err := os.Stat(file)
	if err != nil {
		return map[string]any{}
	}
	text, _ := os.ReadFile(file)
	sum := md5.Sum(text)
	return map[string]any{
		"bucket": bucket, "name": name, "size": fmt.Sprint(info.Size()), "updated": info.ModTime().UTC().Format(time.RFC3339),
		"md5Hash": base64.StdEncoding.EncodeToString(sum[:]), "mediaLink": g.self + "/media/" + (&url.URL{Path: at}).EscapedPath(),
	}
}
