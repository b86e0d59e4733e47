package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/discreet-dev/discreet/internal/seal"
)

// keys are what the environment holds to seal cursors with: none where none is
// set. A previous key on its own is a rotation that went wrong.
func keys(w world) (current, previous string, err error) {
	current, _ = w.getenv("DISCREET_KEY")
	previous, _ = w.getenv("DISCREET_KEY_PREVIOUS")
	switch {
	case current == "" && previous != "":
		return "", "", errors.New("DISCREET_KEY_PREVIOUS is set and DISCREET_KEY is not")
	case current == "":
		return "", "", nil
	}
	if _, err := seal.ParseKeys(current, ""); err != nil {
		return "", "", fmt.Errorf("DISCREET_KEY: %w", err)
	}
	if _, err := seal.ParseKeys(current, previous); err != nil {
		return "", "", fmt.Errorf("DISCREET_KEY_PREVIOUS: %w", err)
	}
	return current, previous, nil
}

func randomKey() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails
	return base64.StdEncoding.EncodeToString(b[:])
}
