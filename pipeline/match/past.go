package match

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"os"
	"slices"
	"sort"
)

// Past is what later rows of a file are held against: which rows created a record (births), and of which cells of which records the rows so
// far have said something (said). All sheets of a file share one.
//
// # Why it goes to the disk
//
// Memory does not grow with the file. A table holds what was noted last, some 6 MB; when it is full it is laid into a temporary file as a run
// sorted by key, and begins anew. Nearly every question is about a record that is new, so each run has a filter that says so without
// a read. Ten million entries, which is five million records, make 77 runs with 21 MB of filters and first traces; a question of one that is
// there reads the file once, or twice.
type Past struct {
	most   int // entries in recent before it is laid down; fewer in tests
	recent recent
	last   [Ahead]step // the last one first
	runs   []run
	file   *os.File // the runs, one behind the other
	end    int64    // of the file
	err    error    // of the disk: the first one, which Match gives back
}

// step is what a batch has noted, so that it can be taken back.
type step struct {
	laid   bool    // at its beginning what was recent was laid down
	before []noted // what recent said of each trace before it was noted
}

// noted is what is kept of a trace: never 0, which is that nothing is.
type noted struct {
	trace
	value uint64
}

// trace is what an entry is known by: a hash that is long enough never to be met twice.
type trace [16]byte

const (
	usualRecent = 1 << 17
	entrySize   = len(trace{}) + 8
)

// NewPast returns a past in which nothing has happened.
func NewPast() *Past { return &Past{most: usualRecent} }

// The seeds of births and of what was said, so that traces of the two never meet; a pair makes the two halves of one. They are of this
// process, as the past is.
var (
	bornSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
	saidSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
)

// traceOf returns the trace of a text.
func traceOf(seeds *[2]maphash.Seed, text []byte) (t trace) {
	for i, seed := range seeds {
		binary.BigEndian.PutUint64(t[8*i:], maphash.Bytes(seed, text))
	}
	return t
}

// of returns what was last noted of a trace, and whether anything was.
func (p *Past) of(t trace) (uint64, bool) {
	if v := p.recent.of(t); v != 0 {
		return v, true
	}
	for _, r := range slices.Backward(p.runs) {
		if v, ok := p.look(r, t); ok {
			return v, true
		}
	}
	return 0, false
}

// begin is called before each batch. The last batches can be taken back.
func (p *Past) begin() {
	oldest := p.last[Ahead-1].before
	copy(p.last[1:], p.last[:])
	p.last[0] = step{before: oldest[:0]}
	if p.recent.n >= p.most && p.err == nil {
		p.lay()
		p.last[0].laid = p.err == nil
	}
}

// note keeps a value, which is not 0, until another one is noted of the same trace.
func (p *Past) note(t trace, v uint64) {
	now := &p.last[0]
	now.before = append(now.before, noted{t, p.recent.set(t, v)})
}

// rewind forgets what was noted since the last begin, and that there was one.
func (p *Past) rewind() {
	now := p.last[0]
	for _, was := range slices.Backward(now.before) {
		p.recent.set(was.trace, was.value)
	}
	if now.laid && p.err == nil {
		p.pickUp()
	}
	copy(p.last[:], p.last[1:])
	p.last[Ahead-1] = step{before: now.before[:0]}
}

// lay moves what is recent into the file.
func (p *Past) lay() {
	all := p.recent.sorted()
	r := run{at: p.end, n: len(all), filter: newFilter(len(all))}
	entries := make([]byte, 0, r.n*entrySize)
	for i, n := range all {
		if i%pieceEntries == 0 {
			r.firsts = append(r.firsts, n.trace)
		}
		entries = binary.BigEndian.AppendUint64(append(entries, n.trace[:]...), n.value)
		r.filter.add(n.trace)
	}
	if p.err = p.append(entries); p.err == nil {
		p.runs = append(p.runs, r)
		p.recent.clear()
	}
}

// pickUp makes recent what was laid down last: the batch before may have noted some of it, and is taken back too.
func (p *Past) pickUp() {
	last := len(p.runs) - 1
	r := p.runs[last]
	entries := make([]byte, r.n*entrySize)
	if _, err := p.file.ReadAt(entries, r.at); err != nil {
		p.err = fmt.Errorf("look up what the file's rows have said: %w", err)
		return
	}
	for ; len(entries) > 0; entries = entries[entrySize:] {
		p.recent.set(trace(entries), binary.BigEndian.Uint64(entries[len(trace{}):]))
	}
	p.runs, p.end = p.runs[:last], r.at
}

func (p *Past) append(entries []byte) error {
	if p.file == nil {
		f, err := os.CreateTemp("", "inlet-past-*")
		if err != nil {
			return fmt.Errorf("keep what the file's rows have said: %w", err)
		}
		_ = os.Remove(f.Name()) // nothing is left of it after a death; where an open file cannot be removed, Close does it
		p.file = f
	}
	if _, err := p.file.WriteAt(entries, p.end); err != nil {
		return fmt.Errorf("keep what the file's rows have said: %w", err)
	}
	p.end += int64(len(entries))
	return nil
}

// run is some entries in the file, by rising trace.
type run struct {
	at     int64
	n      int
	firsts []trace // the first of each piece of the file, which is read at once
	filter filter
}

const pieceEntries = 128 // 3 KiB

func (p *Past) look(r run, t trace) (uint64, bool) {
	if !r.filter.may(t) || p.err != nil {
		return 0, false
	}
	piece, first := slices.BinarySearchFunc(r.firsts, t, compare)
	if !first {
		piece--
	}
	if piece < 0 {
		return 0, false
	}
	from := piece * pieceEntries
	n := min(pieceEntries, r.n-from)
	var buffer [pieceEntries * entrySize]byte
	entries := buffer[:n*entrySize]
	if _, err := p.file.ReadAt(entries, r.at+int64(from*entrySize)); err != nil {
		p.err = fmt.Errorf("look up what the file's rows have said: %w", err)
		return 0, false
	}
	i, found := sort.Find(n, func(i int) int { return bytes.Compare(t[:], entries[i*entrySize:][:len(t)]) })
	if !found {
		return 0, false
	}
	return binary.BigEndian.Uint64(entries[i*entrySize+len(t):]), true
}

func compare(a, b trace) int { return bytes.Compare(a[:], b[:]) }

// Close removes the file.
func (p *Past) Close() {
	if p.file != nil {
		_ = p.file.Close()
		_ = os.Remove(p.file.Name())
	}
}

// filter says of a trace that it is certainly not in a run (Bloom). With 16 bits an entry and four looked at, it is wrong for two in a
// thousand.
type filter []uint64

func newFilter(n int) filter { return make(filter, n/4+1) }

// bits calls each with the place of the bits of a trace, which is a hash already.
func (f filter) bits(t trace, each func(word int, bit uint64) bool) bool {
	for i := 0; i < len(t); i += 4 {
		h := uint64(binary.BigEndian.Uint32(t[i:])) * uint64(len(f)*64) >> 32
		if !each(int(h/64), 1<<(h%64)) {
			return false
		}
	}
	return true
}

func (f filter) add(t trace) {
	f.bits(t, func(word int, bit uint64) bool { f[word] |= bit; return true })
}

func (f filter) may(t trace) bool {
	return f.bits(t, func(word int, bit uint64) bool { return f[word]&bit != 0 })
}
