# A static binary and nothing else, as a user that owns nothing.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /discreet ./cmd/discreet

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /discreet /discreet
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/discreet"]
CMD ["serve", "/etc/discreet/discreet.yaml", "--listen", "0.0.0.0:8080"]
