package mongo_test

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// proxy stands between inlet and a server. It may keep replies back and cut the connections that they came on: what was asked is done, and
// nobody hears of it. It may be down as a whole.
type proxy struct {
	server   string
	listener net.Listener
	pumps    sync.WaitGroup

	mu      sync.Mutex
	replies int            // from the server, so far
	from    int            // the first that is kept back; 0: none
	count   int            // so many in a row
	reached map[int]func() // called at a reply, by its number
	down    bool
	open    map[net.Conn]bool
}

// newProxy serves until the test ends.
func newProxy(t *testing.T, db database) *proxy {
	t.Helper()
	u, err := url.Parse(db.uri)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{server: u.Host, listener: l, reached: map[int]func(){}, open: map[net.Conn]bool{}}
	p.pumps.Go(p.serve)
	t.Cleanup(func() {
		_ = l.Close()
		p.setDown(true)
		p.pumps.Wait()
	})
	return p
}

// uri is the address of a database by way of the proxy.
func (p *proxy) uri(t *testing.T, db database) string {
	t.Helper()
	u, err := url.Parse(db.uri)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = p.listener.Addr().String()
	query := u.Query()
	query.Set("directConnection", "true") // a replica set would else tell of addresses that are not the proxy's
	u.RawQuery = query.Encode()
	return u.String()
}

// cut keeps count replies back from the from-th on, counted from now.
func (p *proxy) cut(from, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.replies, p.from, p.count = 0, from, count
}

// seen is how many replies came since the last cut.
func (p *proxy) seen() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.replies
}

// at calls do at a reply, counted as cut counts.
func (p *proxy) at(reply int, do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reached[reply] = do
}

// setDown ends all connections and lets none in, or lets them in again.
func (p *proxy) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down = down; down {
		for c := range p.open {
			_ = c.Close()
		}
	}
}

func (p *proxy) serve() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		s, err := net.Dial("tcp", p.server)
		if err != nil || !p.keep(c, s) {
			_ = c.Close()
			if s != nil {
				_ = s.Close()
			}
			continue
		}
		p.pumps.Go(func() {
			_, _ = io.Copy(s, c) // it ends when one of the two does
			p.drop(c, s)
		})
		p.pumps.Go(func() {
			p.pass(c, s)
			p.drop(c, s)
		})
	}
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.open[c] = true
	}
	return !p.down
}

func (p *proxy) drop(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
		delete(p.open, c)
	}
}

// pass hands replies on, until one that is to be kept back. A message begins with its length.
func (p *proxy) pass(to io.Writer, from io.Reader) {
	for {
		var length [4]byte
		if _, err := io.ReadFull(from, length[:]); err != nil {
			return
		}
		rest := make([]byte, binary.LittleEndian.Uint32(length[:])-4)
		if _, err := io.ReadFull(from, rest); err != nil || !p.lets() {
			return
		}
		if _, err := to.Write(append(length[:], rest...)); err != nil {
			return
		}
	}
}

// lets counts a reply and says whether it is handed on.
func (p *proxy) lets() bool {
	p.mu.Lock()
	p.replies++
	kept := p.from > 0 && p.replies >= p.from && p.replies < p.from+p.count
	do := p.reached[p.replies]
	p.mu.Unlock()
	if do != nil {
		do()
	}
	return !kept
}
