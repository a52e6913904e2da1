// Package sign keeps short texts in an inbox for the people who share it: beside the place of a workbook whose import takes long, and beside a file that is
// not a workbook.
//
// # Why they are kept by comparing, and not by the import
//
// Between writing a text at the beginning of an import and removing it at the end, the process may die, and another may finish the import. So nothing
// remembers what it wrote: with each scan, the texts that are there are compared with the claims that are there. Each names in its last line what it
// belongs to, and one whose claim is gone is removed, whoever wrote it. A file without such a line is a person's and is never touched.
package sign

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/watcher/inbox/claim"
)

// Settings are what the texts say, and when they appear.
type Settings struct {
	Words     naming.Words  // in their names; none: no texts are written
	Language  string        // sv or en
	Ask       string        // whom to ask; may be empty
	Importing time.Duration // how long a workbook has been there before there is a text; 10 s if zero
	Ignored   time.Duration // the same of a file that is not a workbook; 15 min if zero
}

// Signs are the texts of one inbox.
type Signs struct {
	settings Settings
	log      *slog.Logger
	found    map[string]string // path to what it belongs to, as the last scan found it
	written  map[string]bool   // beside files that are not workbooks: a sign that a person deletes is not written again
}

// New returns the Signs of an inbox.
func New(settings Settings, log *slog.Logger) *Signs {
	if settings.Importing == 0 {
		settings.Importing = 10 * time.Second
	}
	if settings.Ignored == 0 {
		settings.Ignored = 15 * time.Minute
	}
	return &Signs{settings: settings, log: log, found: map[string]string{}, written: map[string]bool{}}
}

// Note records a file of the inbox if it is one of these texts, and reports whether it is.
func (s *Signs) Note(root *os.Root, rel string, info fs.FileInfo) bool {
	delete(s.found, rel)
	if !strings.HasSuffix(rel, ".txt") || info.Size() > most || !info.Mode().IsRegular() || files.LinkCount(info) > 1 {
		return false
	}
	owner := ownerOf(root, rel)
	if owner != "" {
		s.found[rel] = owner
	}
	return owner != ""
}

// Gone forgets a path that no longer exists.
func (s *Signs) Gone(rel string) { delete(s.found, rel) }

// The last line of a text, and the size that none has.
const (
	mark = "\n\ninlet: "
	most = 4 << 10
)

// ownerOf returns what the text at a path belongs to: a claim, or the file beside it; "" where it is not one of these texts.
func ownerOf(root *os.Root, rel string) string {
	f, err := root.Open(rel)
	if err != nil {
		return ""
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return ""
	}
	_, owner, _ := strings.Cut(string(content), mark)
	return strings.TrimSpace(owner)
}

// maxFiles is beside how many workbooks, and how many other files, there is a text. Who drops a folder of pictures needs no more.
const maxFiles = 20

// Update writes the texts that are missing, and removes those that are no longer true. claimed is every claim of the inbox, ignored since when each file has
// been there that is not a workbook. Nothing depends on a text, so what cannot be written is only logged.
func (s *Signs) Update(root *os.Root, claimed []claim.Claim, ignored map[string]time.Time) {
	if s.settings.Words == (naming.Words{}) || root == nil {
		return
	}
	wanted := map[string]text{}
	for _, c := range claimed[:min(len(claimed), maxFiles)] { // the oldest, which are next
		s.want(wanted, c, s.settings.Importing)
	}
	names := slices.Sorted(maps.Keys(ignored))
	for _, rel := range names[:min(len(names), maxFiles)] {
		s.want(wanted, claim.Claim{Name: rel, Seen: ignored[rel]}, s.settings.Ignored)
	}
	for rel, owner := range s.found {
		if wanted[rel].owner != owner && ownerOf(root, rel) == owner {
			s.logged(rel, root.Remove(rel))
			delete(s.found, rel)
		}
	}
	for rel, t := range wanted {
		if _, there := s.found[rel]; !there && !s.written[rel] {
			s.write(root, rel, t)
		}
	}
}

// text is one that is to be there.
type text struct{ content, owner string }

// want adds the text about a claim, or without an ID about a file that is not a workbook, if it has been there for long enough.
func (s *Signs) want(wanted map[string]text, f claim.Claim, after time.Duration) {
	if time.Since(f.Seen) < after {
		return
	}
	name := path.Base(f.Name)
	rel, t := naming.Note(f.Name, s.settings.Words.Importing), text{naming.Importing(name, f.Seen, s.settings.Ask, s.settings.Language), f.ID}
	if f.ID == "" {
		rel, t = naming.Note(f.Name, s.settings.Words.Ignored), text{naming.Ignored(name, s.settings.Ask, s.settings.Language), name}
	}
	if _, first := wanted[rel]; !first { // of two claims of one name the older has the text
		wanted[rel] = t
	}
}

func (s *Signs) write(root *os.Root, rel string, t text) {
	f, err := root.OpenFile(rel, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		_, err = f.WriteString(t.content + strings.TrimPrefix(mark, "\n") + t.owner + "\n")
		err = errors.Join(err, f.Close())
	}
	if err == nil {
		s.found[rel] = t.owner
		s.written[rel] = path.Base(strings.TrimSuffix(rel, "."+s.settings.Words.Ignored+".txt")) == t.owner
	}
	s.logged(rel, err)
}

func (s *Signs) logged(rel string, err error) {
	if err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
		s.log.Debug("Text for the people of the inbox cannot be changed", slog.String("file", rel), slog.Any("error", err))
	}
}
