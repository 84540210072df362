package main

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

func TestSettings(t *testing.T) {
	if err := kgo.ValidateOpts(settings()...); err != nil {
		t.Fatal(err)
	}
}
