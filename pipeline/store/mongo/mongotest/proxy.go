// Package mongotest has a proxy between inlet and a server of MongoDB, for tests.
package mongotest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Proxy forwards between inlet and a server. It may keep replies back and cut the connections that they came on: what was asked is done, and
// no answer arrives. It may be down as a whole, hang, and answer in the server's place.
type Proxy struct {
	server   string
	listener net.Listener
	pumps    sync.WaitGroup

	mu      sync.Mutex
	replies int            // from the server, so far
	from    int            // the first that is kept back; 0: none
	count   int            // so many in a row
	reached map[int]func() // called at a reply, by its number
	down    bool
	hangs   bool
	ended   *sync.Cond // of the hanging, with mu
	open    map[net.Conn]bool
	answers func(command string, body []byte) bson.D // in the server's place; nil: it is asked itself
	holds   func(command string, body []byte) bool   // commands that wait; nil: none
	held    int                                      // that wait now
	delay   time.Duration                            // of each request

	set      string // the name of the replica set that the server seems to be of; "" for none
	records  bool
	recorded []Command
}

// New serves until the test ends. The URI is that of a server, or of a database on it.
func New(t *testing.T, uri string) *Proxy {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{server: u.Host, listener: l, reached: map[int]func(){}, open: map[net.Conn]bool{}}
	p.ended = sync.NewCond(&p.mu)
	p.pumps.Go(p.serve)
	t.Cleanup(func() {
		_ = l.Close()
		p.SetDown(true)
		p.pumps.Wait()
	})
	return p
}

// URI returns the address of a database by way of the proxy.
func (p *Proxy) URI(t *testing.T, uri string) string {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = p.listener.Addr().String()
	query := u.Query()
	query.Set("directConnection", "true") // a replica set would else return addresses that are not the proxy's
	u.RawQuery = query.Encode()
	return u.String()
}

// Cut keeps count replies back from the from-th on, counted from now.
func (p *Proxy) Cut(from, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.replies, p.from, p.count = 0, from, count
}

// Seen is how many replies came since the last cut.
func (p *Proxy) Seen() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.replies
}

// At calls do at a reply, counted as cut counts.
func (p *Proxy) At(reply int, do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reached[reply] = do
}

// SetDown ends all connections and lets none in, or lets them in again.
func (p *Proxy) SetDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down = down; down {
		for c := range p.open {
			_ = c.Close()
		}
		p.ended.Broadcast()
	}
}

// Hang has no request and no answer come through any more.
func (p *Proxy) Hang() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hangs = true
}

// Answer has the next count commands of a name answered with this.
func (p *Proxy) Answer(command string, with bson.D, count int) {
	p.AnswerWhere(func(name string, _ []byte) bson.D {
		if name != command || count == 0 {
			return nil
		}
		count--
		return with
	})
}

// AnswerWhere has commands answered with what answers gives, if it gives anything.
func (p *Proxy) AnswerWhere(answers func(command string, body []byte) bson.D) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers = answers
}

// Hold has the commands wait that holds names, each with what comes after it on its connection, until release is called.
func (p *Proxy) Hold(holds func(command string, body []byte) bool) (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.holds = holds
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.holds = nil
		p.ended.Broadcast()
	}
}

// Delay has each request come to the server later by so much, as if the server were far away.
func (p *Proxy) Delay(by time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = by
}

// Held is how many commands wait now.
func (p *Proxy) Held() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held
}

func (p *Proxy) serve() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		s, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", p.server)
		if err != nil || !p.keep(c, s) {
			_ = c.Close()
			if s != nil {
				_ = s.Close()
			}
			continue
		}
		p.pumps.Go(func() {
			p.ask(s, c) // it ends when one of the two does
			p.drop(c, s)
		})
		p.pumps.Go(func() {
			p.pass(c, s)
			p.drop(c, s)
		})
	}
}

func (p *Proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.open[c] = true
	}
	return !p.down
}

func (p *Proxy) drop(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
		delete(p.open, c)
	}
}

// ask hands requests on to the server, but for those that are answered in its place.
func (p *Proxy) ask(server, client net.Conn) {
	for {
		message, err := read(client)
		if err != nil {
			return
		}
		if reply := p.replyTo(message); reply != nil {
			_, err = client.Write(reply)
		} else {
			_, err = server.Write(p.forwarded(message))
		}
		if err != nil {
			return
		}
	}
}

// read returns a message. It begins with its length.
func read(from io.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(from, length[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.LittleEndian.Uint32(length[:]))
	copy(message, length[:])
	_, err := io.ReadFull(from, message[4:])
	return message, err
}

// replyTo returns the answer to a request, nil if it is the server's to give. A hanging proxy waits here until it is closed.
func (p *Proxy) replyTo(message []byte) []byte {
	p.wait()
	name, command, beside := commandOf(message)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.set != "" && greets(message) {
		return replyWith(message, p.hello())
	}
	if command == nil {
		return nil
	}
	for p.held++; p.holds != nil && p.holds(name, message) && !p.down; {
		p.ended.Wait()
	}
	p.held--
	p.note(name, command, beside)
	if p.answers == nil {
		return nil
	}
	with := p.answers(name, message)
	if with == nil {
		return nil
	}
	return replyWith(message, with)
}

// forwarded returns a message as the server is to have it.
func (p *Proxy) forwarded(message []byte) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.set == "" {
		return message
	}
	return withoutNumber(message)
}

// wait returns when it does not hang, or is down, as when the test ends.
func (p *Proxy) wait() {
	p.mu.Lock()
	for p.hangs && !p.down {
		p.ended.Wait()
	}
	delay := p.delay
	p.mu.Unlock()
	time.Sleep(delay)
}

// pass hands replies on, until one that is to be kept back.
func (p *Proxy) pass(to io.Writer, from io.Reader) {
	for {
		message, err := read(from)
		if err != nil || !p.lets() {
			return
		}
		if _, err := to.Write(message); err != nil {
			return
		}
	}
}

// lets counts a reply and says whether it is handed on.
func (p *Proxy) lets() bool {
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
