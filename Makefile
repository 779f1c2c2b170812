# all        the commands, in bin/ (SAN=1: in build/san/bin, under address and undefined sanitizers)
# check      every test, nothing installed first        unit       the C unit tests alone
# torture    loads, killed and cut off at every instant, for an hour or so
# bench      speed against the peers that are present
# install    to $(DESTDIR)$(PREFIX)                     uninstall  what install put there
# clean      all that was made

PREFIX  = /usr/local
BINDIR  = $(PREFIX)/bin
MANDIR  = $(PREFIX)/share/man
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR  = $(PREFIX)/share/zsh/site-functions
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d
DOCDIR  = $(PREFIX)/share/doc/ql

CFLAGS  ?= -O2 -g
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
VERSION  = 0.1

ifdef SAN
B   = build/san
BIN = build/san/bin
SANFLAGS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else
B   = build
BIN = bin
endif

ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE \
	-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 \
	-DQL_VERSION='"$(VERSION)"' -Ilib $(WARN) $(SANFLAGS) $(CFLAGS) $(CPPFLAGS)
LIBS = -lz -lpthread

# The MySQL client library, for the two commands that talk to a database: what tells its flags.
# Without it they are built all the same, and say so when asked. MYSQL= builds without.
MYSQL := $(shell for c in 'pkg-config libmariadb' 'pkg-config mysqlclient' mariadb_config mysql_config; do \
	$$c --cflags --libs >/dev/null 2>&1 && echo $$c && break; done)
MYSQL_CFLAGS := $(if $(MYSQL),$(shell $(MYSQL) --cflags))
MYSQL_LIBS := $(if $(MYSQL),$(shell $(MYSQL) --libs))
# what includes its header; without it, mysql_none.c
SPEAKS = $(addprefix lib/stream/,mysql.c mysql_bulk.c mysql_connect.c)

# what makes ql faster or able to do more where it is there; ISAL= builds without
ISAL := $(shell pkg-config --exists libisal 2>/dev/null && echo yes)
ifeq ($(ISAL),yes)
ALL_CFLAGS += -DHAVE_ISAL $(shell pkg-config --cflags libisal)
LIBS += $(shell pkg-config --libs libisal)
endif

CMDS  = $(patsubst cmd/%.c,$(BIN)/%,$(wildcard cmd/*.c))
OBJS  = $(patsubst %.c,$(B)/obj/%.o,$(filter-out $(NOT),$(wildcard lib/*/*.c)))
NOT   = $(if $(MYSQL_LIBS),lib/stream/mysql_none.c,$(SPEAKS))
UNITS = $(patsubst tests/unit/%.c,$(B)/test/%,$(wildcard tests/unit/t_*.c))
NAMES = $(patsubst cmd/%.c,%,$(wildcard cmd/*.c))
PAGES = $(wildcard man/*.[157])

all: $(CMDS)

$(B)/libql.a: $(OBJS)
	@rm -f $@
	$(AR) rcs $@ $(OBJS)

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BIN)/%: $(B)/obj/cmd/%.o $(B)/libql.a
	@mkdir -p $(@D)
	$(CC) $(SANFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libql.a $(LIBS)

$(B)/test/%: $(B)/obj/tests/unit/%.o $(B)/libql.a
	@mkdir -p $(@D)
	$(CC) $(SANFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libql.a $(LIBS)

$(B)/obj/tests/unit/%.o: ALL_CFLAGS += -Itests/unit

$(BIN)/qlfetch $(BIN)/qlload: LIBS += $(MYSQL_LIBS)
$(SPEAKS:%.c=$(B)/obj/%.o): ALL_CFLAGS += $(MYSQL_CFLAGS)

unit: $(UNITS)

check:
	scripts/test

torture: all
	tests/tools/torture

bench: all
	scripts/bench

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR) $(DESTDIR)$(DOCDIR)
	install -m 755 $(CMDS) $(DESTDIR)$(BINDIR)
	for n in $(NAMES); do \
		$(BIN)/$$n --completion bash > $(DESTDIR)$(BASHDIR)/$$n && \
		$(BIN)/$$n --completion zsh > $(DESTDIR)$(ZSHDIR)/_$$n && \
		$(BIN)/$$n --completion fish > $(DESTDIR)$(FISHDIR)/$$n.fish || exit 1; \
	done
	for p in $(PAGES); do \
		d=$(DESTDIR)$(MANDIR)/man$${p##*.}; \
		install -d $$d && install -m 644 $$p $$d || exit 1; \
	done
	install -m 644 README.md LICENSE scripts/qlload.cnf scripts/qlload.rules.yml $(DESTDIR)$(DOCDIR)
	for u in qlload@.service ql-wallboard@.service; do \
		sed 's:/usr/local/bin:$(BINDIR):' scripts/$$u > $(DESTDIR)$(DOCDIR)/$$u && \
		chmod 644 $(DESTDIR)$(DOCDIR)/$$u || exit 1; \
	done

uninstall:
	for n in $(NAMES); do \
		rm -f $(DESTDIR)$(BINDIR)/$$n $(DESTDIR)$(BASHDIR)/$$n \
			$(DESTDIR)$(ZSHDIR)/_$$n $(DESTDIR)$(FISHDIR)/$$n.fish; \
	done
	for p in $(PAGES); do rm -f $(DESTDIR)$(MANDIR)/man$${p##*.}/$${p##*/}; done
	rm -rf $(DESTDIR)$(DOCDIR)

clean:
	rm -rf build bin

-include $(OBJS:.o=.d) $(patsubst cmd/%.c,$(B)/obj/cmd/%.d,$(wildcard cmd/*.c)) \
	$(patsubst tests/unit/%.c,$(B)/obj/tests/unit/%.d,$(wildcard tests/unit/t_*.c))

.PHONY: all check unit torture bench install uninstall clean
.SECONDARY:
