package drive

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rclone/rclone/backend/onedrive/quickxorhash"
)

// graph answers as Microsoft Graph does for one drive, over a folder of the disk. It is reached as Google is.
type graph struct{ disk string }

const graphDrive = "/v1.0/drives/b!x"

func oneDrive(t *testing.T) *place {
	p, served := newPlace(t, "onedrive", "dep/in")
	p.web = &web{next: &graph{disk: served}}
	p.settings.Options = loggedIn(t, p.web, "graph.microsoft.com")
	p.settings.Options["drive_id"], p.settings.Options["drive_type"] = "b!x", "business"
	p.secret = "token"
	return p
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer very-secret" {
		graphError(w, http.StatusUnauthorized, "InvalidAuthenticationToken")
		return
	}
	at, then := g.locate(strings.TrimPrefix(r.URL.Path, graphDrive))
	if _, err := os.Stat(filepath.Join(g.disk, at)); err != nil {
		graphError(w, http.StatusNotFound, "itemNotFound")
		return
	}
	switch {
	case then == "content":
		http.ServeFile(w, r, filepath.Join(g.disk, at))
	case then == "children" && r.Method == http.MethodGet:
		g.list(w, at)
	case then == "children" || r.Method == http.MethodPatch:
		g.change(w, r, at, then)
	case r.Method == http.MethodDelete:
		_ = os.Remove(filepath.Join(g.disk, at))
		w.WriteHeader(http.StatusNoContent)
	default:
		answerJSON(w, g.item(at))
	}
}

// locate reads /root, /root:/dep/in, /items/ID, /items/ID:/name and what may follow with a slash.
func (g *graph) locate(asked string) (at, then string) {
	asked, name, _ := strings.Cut(asked, ":/")
	if asked = strings.TrimPrefix(asked, "/"); strings.HasPrefix(asked, "items/") {
		id := strings.TrimPrefix(asked, "items/")
		id, then, _ = strings.Cut(id, "/")
		decoded, _ := hex.DecodeString(strings.TrimPrefix(id, "i"))
		at = string(decoded)
	}
	return path.Join(at, strings.TrimSuffix(name, ":")), then
}

func (g *graph) list(w http.ResponseWriter, at string) {
	entries, _ := os.ReadDir(filepath.Join(g.disk, at))
	items := []any{}
	for _, e := range entries {
		items = append(items, g.item(path.Join(at, e.Name())))
	}
	answerJSON(w, map[string]any{"value": items})
}

// change makes a folder in at, or moves at.
func (g *graph) change(w http.ResponseWriter, r *http.Request, at, then string) {
	var asked struct {
		Name            string
		ParentReference struct{ ID string }
	}
	_ = json.NewDecoder(r.Body).Decode(&asked)
	to := path.Join(at, asked.Name) // at itself if only its times are set
	switch {
	case then == "children":
		_ = os.Mkdir(filepath.Join(g.disk, to), 0o777)
	case asked.Name != "":
		parent, _ := g.locate("/items/" + asked.ParentReference.ID)
		to = path.Join(parent, asked.Name)
		_ = os.Rename(filepath.Join(g.disk, at), filepath.Join(g.disk, to))
	}
	answerJSON(w, g.item(to))
}

func (g *graph) item(at string) map[string]any {
	parent := path.Dir(at)
	if parent == "." {
		parent = ""
	}
	file := filepath.Join(g.disk, at)
	info, err := os.Stat(file)
	if err != nil {
		return map[string]any{}
	}
	when := info.ModTime().UTC().Format(time.RFC3339)
	item := map[string]any{
		"id": "i" + hex.EncodeToString([]byte(at)), "name": path.Base(at), "size": info.Size(), "lastModifiedDateTime": when,
		"fileSystemInfo":  map[string]string{"createdDateTime": when, "lastModifiedDateTime": when},
		"parentReference": map[string]string{"driveId": "b!x", "driveType": "business", "id": "i" + hex.EncodeToString([]byte(parent))},
	}
	if info.IsDir() {
		item["folder"] = map[string]int{"childCount": 1}
		return item
	}
	text, _ := os.ReadFile(file)
	sum := quickxorhash.New()
	_, _ = sum.Write(text)
	item["file"] = map[string]any{"hashes": map[string]string{"quickXorHash": base64.StdEncoding.EncodeToString(sum.Sum(nil))}}
	return item
}

func graphError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"code": code, "message": "No."}})
}
