// Command lego publishes a challenge's TXT record through lego's Cloudflare provider, waits for a line on its standard
// input, and takes the record away again. It prints what it did, a line each.
//
//	lego RESOLVER DOMAIN KEYAUTH    with CLOUDFLARE_BASE_URL and CLOUDFLARE_DNS_API_TOKEN
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"github.com/go-acme/lego/v5/challenge/dns01"
	"github.com/go-acme/lego/v5/providers/dns/cloudflare"
)

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(resolver, domain, keyAuth string) error {
	ctx := context.Background()
	dns01.SetDefaultClient(dns01.NewClient(&dns01.Options{RecursiveNameservers: []string{resolver}}))
	provider, err := cloudflare.NewDNSProvider()
	if err != nil {
		return err
	}
	info := dns01.GetChallengeInfo(ctx, domain, keyAuth)
	if err := provider.Present(ctx, domain, "token", keyAuth); err != nil {
		return err
	}
	fmt.Println(info.EffectiveFQDN, info.Value)
	bufio.NewScanner(os.Stdin).Scan()
	if err := provider.CleanUp(ctx, domain, "token", keyAuth); err != nil {
		return err
	}
	fmt.Println("removed")
	return nil
}
