package canon

import (
	"math/rand/v2"
	"testing"
)

// Numbers that differ without parsing differ after parsing, too, whatever the country.
func TestOtherPhone(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	number := func() string {
		signs := "0123456789012345678901234567890123456789 -()+"
		b := make([]byte, 4+rnd.IntN(14))
		for i := range b {
			b[i] = signs[rnd.IntN(len(signs))]
		}
		return string(b)
	}
	different := 0
	for range 20_000 {
		a, b := number(), number()
		if rnd.IntN(2) == 0 { // alike but for an end
			b = a[:rnd.IntN(len(a))] + b[len(b)-1:]
		}
		region := []string{"SE", "US", "GB", "AR", "MX", "BR", "IT", "DE", "FI", "AU", "CI"}[rnd.IntN(11)]
		if OtherPhone(a, b) {
			different++
			if one := Phone(a, region); one != "" && one == Phone(b, region) {
				t.Fatalf("%q and %q are both %s in %s", a, b, one, region)
			}
		}
	}
	if different < 5_000 {
		t.Errorf("only %d pairs were different", different)
	}
	for _, pair := range [][2]string{{"070-123 45 67", "+46 70 123 45 67"}, {"08-123 45 67 ext. 5", "08-123 45 67 ext. 6"}, {"12", "13"}} {
		if OtherPhone(pair[0], pair[1]) {
			t.Errorf("%q and %q need to be parsed", pair[0], pair[1])
		}
	}
}
