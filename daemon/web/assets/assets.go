// Package assets serves the style sheet, the script and the icon of the pages. Each has its hash in its address, so that a browser may keep it for
// ever and has the new one with the next version.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var static embed.FS

// Prefix is where the assets are served.
const Prefix = "/assets/"

type asset struct {
	kind          string
	plain, zipped []byte
}

var (
	byURL = map[string]asset{}
	urls  = map[string]string{}
)

func init() {
	entries, err := fs.ReadDir(static, "static")
	if err != nil {
		panic(err) // the program was built without them
	}
	for _, entry := range entries {
		body, err := fs.ReadFile(static, path.Join("static", entry.Name()))
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(entry.Name())
		url := Prefix + strings.TrimSuffix(entry.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		byURL[url], urls[entry.Name()] = asset{kind: mime.TypeByExtension(ext), plain: body, zipped: zip(body)}, url
	}
}

func zip(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a known one
	_, err := z.Write(body)
	if err != nil || z.Close() != nil {
		return nil
	}
	return b.Bytes()
}

// URL returns the address of an asset; "" where there is none of that name.
func URL(name string) string { return urls[name] }

// Serve answers a request for an asset.
func Serve(w http.ResponseWriter, r *http.Request) {
	a, ok := byURL[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", a.kind)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Vary", "Accept-Encoding")
	body := a.plain
	if a.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		body = a.zipped
	}
	_, _ = w.Write(body) // an error: the client has gone
}
