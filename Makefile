# mtr - usage events in, exact invoices out.
#
#   make              build the tools into build/release
#   make quickstart   set up, build, and run the quickstart story
#   make check        set up, build, and run every test
#   make help         the other targets
#
# VARIANT names what is built, each in a directory of its own under $(BUILD):
# release, debug, asan (address and undefined-behaviour sanitizers), clang.
# WERROR=1 makes every warning an error, in a directory of its own too.
# LAYERS="base codec" builds these layers of lib alone. V=1 shows the commands.

VERSION = 0.1.0
VARIANT = release
WERROR =
BUILD = build
LAYERS = base codec domain engine store tasks

PREFIX = /usr/local
DESTDIR =
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
DATADIR = $(PREFIX)/share/mtr
EXTDIR = $(PREFIX)/lib/mtr
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/site-functions
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d
INSTALL = install

.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL = all

O = $(BUILD)/$(VARIANT)$(if $(WERROR),-werror)

# ---- compiler ----

CC.clang = clang
ifneq ($(CC.$(VARIANT)),)
CC = $(CC.$(VARIANT))
endif

FLAGS.release = -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2
FLAGS.debug = -Og -g3
FLAGS.asan = -O1 -g3 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS.clang = -O2 -g
ifeq ($(FLAGS.$(VARIANT)),)
$(error VARIANT=$(VARIANT): not one of release, debug, asan, clang)
endif

WARN = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 -Wundef

# Known to gcc alone. With a sanitizer -Wnull-dereference sees paths that its checks made.
WARN_TRY = $(if $(filter asan,$(VARIANT)),,-Wnull-dereference) -Wlogical-op -Wduplicated-cond
cc_knows = $(shell $(CC) -Werror $(1) -x c -c /dev/null -o /dev/null 2>/dev/null && echo $(1))
WARN_KNOWN := $(foreach flag,$(WARN_TRY),$(call cc_knows,$(flag)))

# A library without its pkg-config file is taken from the compiler's own path.
pkg = $(shell pkg-config $(1) $(2) 2>/dev/null || echo $(3))
LIBS := $(call pkg,--libs,sqlite3,-lsqlite3) $(call pkg,--libs,libcjson,-lcjson) -lcsv \
	$(call pkg,--libs,nettle,-lnettle) $(call pkg,--libs,gmp,-lgmp)
LIB_CFLAGS := $(foreach lib,sqlite3 libcjson nettle gmp,$(call pkg,--cflags,$(lib)))

CPPFLAGS = -D_GNU_SOURCE -DMTR_VERSION='"$(VERSION)"' -Ilib -Icmd -I. $(LIB_CFLAGS)
CFLAGS =
LDFLAGS =
say = @echo '  $(1)'
ifeq ($(V),)
QUIET = @
endif
# Code that a shared object can hold, since the extension for the sqlite3 shell is one.
PIC = -fPIC -fvisibility=hidden
COMPILE = $(CC) -std=gnu17 $(PIC) $(CPPFLAGS) $(FLAGS.$(VARIANT)) $(WARN) $(WARN_KNOWN) $(if $(WERROR),-Werror) $(CFLAGS)
LINK = $(CC) $(FLAGS.$(VARIANT)) -Wl,--as-needed $(CFLAGS) $(LDFLAGS)

# ---- what there is ----

LIB_SRC := $(sort $(foreach layer,$(LAYERS),$(wildcard lib/$(layer)/*.c)))
TOOL_SRC := $(sort $(wildcard cmd/mtr-*.c))
FRONT_SRC := $(filter-out $(TOOL_SRC),$(sort $(wildcard cmd/*.c)))
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
FIXTURE_SRC := $(sort $(wildcard tests/unit/*_fixture.c))
SUPPORT_SRC := $(filter-out $(UNIT_SRC) $(FIXTURE_SRC),$(sort $(wildcard tests/unit/*.c)))
GOLDEN_SRC := $(sort $(wildcard tests/golden/*.c))
BENCH := generate parse watch duckdb
BENCH_SRC := $(sort $(wildcard tests/bench/*.c))
SCHEMA_SRC := $(sort $(wildcard share/schema/*.sql))
SCHEMA_GEN := $(if $(filter store,$(LAYERS)),$(if $(wildcard lib/store/schema.sh),$(O)/gen/schema_sql.c))

TOOLS := $(patsubst cmd/%.c,%,$(TOOL_SRC))
MANS := $(sort $(wildcard man/*.[1-9]))

objects = $(patsubst %.c,$(O)/obj/%.o,$(1))
LIB_OBJ := $(call objects,$(LIB_SRC)) $(patsubst $(O)/gen/%.c,$(O)/obj/gen/%.o,$(SCHEMA_GEN))

LIB = $(O)/libmtr.a
FRONT = $(O)/libfront.a
SUPPORT = $(O)/tests/libsupport.a
BENCH_SUPPORT = $(O)/bench/libbench.a
TOOL_BIN := $(TOOLS:%=$(O)/%)
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(O)/tests/%)
FIXTURE_BIN := $(FIXTURE_SRC:tests/unit/%.c=$(O)/tests/%)
GOLDEN_BIN := $(if $(GOLDEN_SRC),$(O)/tests/golden)
EXTENSION := $(if $(filter asan,$(VARIANT)),,$(O)/mtr_events.so)
FAULT = $(O)/tests/fault.so
BENCH_BIN := $(BENCH:%=$(O)/bench/%)

# ---- building ----

.PHONY: all lib unit golden tests
all: $(LIB) $(TOOL_BIN) $(EXTENSION) ## the tools (default)
lib: $(LIB) ## libmtr.a alone
unit: $(UNIT_BIN)
golden: $(GOLDEN_BIN)
tests: all unit golden $(FIXTURE_BIN) $(FAULT) $(BENCH_BIN) ## everything that is compiled, without running it

# Objects follow the flags they were built with; archives the list of their members.
keep = mkdir -p $(@D) && printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(1))' >$@
.PHONY: FORCE
$(O)/flags: FORCE
	@$(call keep,$(COMPILE))
$(O)/libmtr.list: FORCE
	@$(call keep,$(LIB_OBJ))
$(O)/libfront.list: FORCE
	@$(call keep,$(FRONT_SRC))

define archive
	@mkdir -p $(@D)
	$(call say,ar $@)
	$(QUIET)rm -f $@ && ar rcs $@ $(filter %.o,$^)
endef
define compile
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(QUIET)$(COMPILE) -MMD -MP -c -o $@ $<
endef
define link
	@mkdir -p $(@D)
	$(call say,ld $@)
	$(QUIET)$(LINK) -o $@ $^ $(LIBS)
endef
$(LIB): $(LIB_OBJ) $(O)/libmtr.list
	$(archive)
$(FRONT): $(call objects,$(FRONT_SRC)) $(O)/libfront.list
	$(archive)
$(SUPPORT): $(call objects,$(SUPPORT_SRC))
	$(archive)
$(BENCH_SUPPORT): $(call objects,$(filter-out $(BENCH:%=tests/bench/%.c),$(BENCH_SRC)))
	$(archive)

$(O)/obj/%.o: %.c $(O)/flags
	$(compile)
$(O)/obj/gen/%.o: $(O)/gen/%.c $(O)/flags
	$(compile)

$(O)/gen/schema_sql.c: lib/store/schema.sh share/schema $(SCHEMA_SRC)
	@mkdir -p $(@D)
	$(QUIET)sh lib/store/schema.sh share/schema >$@

$(TOOL_BIN): $(O)/%: $(O)/obj/cmd/%.o $(FRONT) $(LIB)
	$(link)
$(UNIT_BIN): $(O)/tests/%: $(O)/obj/tests/unit/%.o $(SUPPORT) $(LIB)
	$(link)
$(FIXTURE_BIN): $(O)/tests/%: $(O)/obj/tests/unit/%.o $(SUPPORT) $(FRONT) $(LIB)
	$(link)
$(O)/tests/golden: $(call objects,$(GOLDEN_SRC)) $(SUPPORT) $(LIB)
	$(link)
# For the sqlite3 shell, which has no sanitizer of its own: that variant goes without.
$(EXTENSION): $(O)/obj/cmd/extension/mtr_events.o $(LIB)
	@mkdir -p $(@D)
	$(call say,ld $@)
	$(QUIET)$(LINK) -shared -Wl,--gc-sections -o $@ $^ $(LIBS)
$(BENCH_BIN): $(O)/bench/%: $(O)/obj/tests/bench/%.o $(BENCH_SUPPORT) $(LIB)
	$(link)

# In front of the C library, so without the inline wrappers of its headers.
$(FAULT): $(wildcard tests/fault/*.[ch]) $(O)/flags
	@mkdir -p $(@D)
	$(call say,ld $@)
	$(QUIET)$(COMPILE) -U_FORTIFY_SOURCE -fvisibility=default -shared -o $@ $(filter %.c,$^) -ldl

.SECONDARY:
-include $(patsubst %.o,%.d,$(LIB_OBJ) $(call objects,$(TOOL_SRC) $(FRONT_SRC) $(UNIT_SRC) \
	$(FIXTURE_SRC) $(SUPPORT_SRC) $(GOLDEN_SRC) $(BENCH_SRC)))

# ---- testing ----

# A sub-make of its own has as many jobs as there are processors.
PARALLEL = --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
JOBS := $(shell nproc 2>/dev/null || echo 2)

.PHONY: quickstart check soak asan valgrind lint bless format
quickstart: ## set up, build, and run the quickstart story
	@sh tests/setup build story
	@$(MAKE) $(PARALLEL) all
	@rm -f $(BUILD)/quickstart.db $(BUILD)/quickstart.db-*
	@PATH="$(abspath $(O)):$$PATH" MTR_DB=$(BUILD)/quickstart.db \
		sh share/examples/quickstart/run.sh

check: ## set up, build with warnings as errors, run every test
	@sh tests/setup build test
	@$(MAKE) $(PARALLEL) WERROR=1 tests
	@tests/run $(BUILD)/$(VARIANT)-werror

soak: ## check, in the long forms of its tests
	@sh tests/setup print || echo 'soak: printing to PDF is not tested' >&2
	@SOAK=1 $(MAKE) --no-print-directory check

asan: ## unit, golden and tool tests with address and undefined-behaviour sanitizers
	@sh tests/setup build test
	@$(MAKE) $(PARALLEL) VARIANT=asan tests
	@tests/run $(BUILD)/asan unit golden bats

valgrind: ## unit and golden tests under valgrind
	@sh tests/setup build valgrind
	@$(MAKE) $(PARALLEL) tests
	@WRAP='valgrind -q --error-exitcode=99 --leak-check=full' tests/run $(O) unit golden

lint: ## both compilers, clang-tidy, clang-format, shellcheck, layers, manual pages
	@sh tests/setup build test lint
	@$(MAKE) $(PARALLEL) WERROR=1 tests
	@$(MAKE) $(PARALLEL) VARIANT=clang WERROR=1 tests
	@tests/lint -std=gnu17 $(CPPFLAGS)
	@tests/run $(BUILD)/$(VARIANT)-werror tests/gates/layers.bats tests/gates/floats.bats \
		tests/gates/pages.bats

bless: golden ## rewrite the expected results of the golden tests; review with git diff
	$(O)/tests/golden --bless tests/golden

format: ## lay out the C files with clang-format
	@sh tests/setup lint
	clang-format -i $(wildcard lib/*/*.[ch] cmd/*.[ch] tests/*/*.[ch])

ifneq ($(wildcard tests/bench/run),)
.PHONY: bench
bench: ## measure speed beside peers
	@sh tests/setup build bench
	@sh tests/setup peers || echo 'bench: PostgreSQL was not installed' >&2
	@$(MAKE) $(PARALLEL) all $(BENCH_BIN)
	@PATH="$(abspath $(O)):$$PATH" tests/bench/run $(abspath $(O))
endif

# ---- installing ----

.PHONY: install uninstall clean help
install: all ## tools, manual pages, examples and completions, under $(DESTDIR)$(PREFIX)
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	$(INSTALL) -m 755 $(TOOL_BIN) $(DESTDIR)$(BINDIR)
	for page in $(MANS); do \
		$(INSTALL) -D -m 644 $$page $(DESTDIR)$(MANDIR)/man$${page##*.}/$${page#man/} || exit; \
	done
	$(if $(EXTENSION),$(INSTALL) -D -m 644 $(EXTENSION) $(DESTDIR)$(EXTDIR)/mtr_events.so)
	mkdir -p $(DESTDIR)$(DATADIR) && cp -R share/examples $(DESTDIR)$(DATADIR)
	for tool in $(TOOLS); do \
		$(O)/$$tool --completion=bash >$(DESTDIR)$(BASHDIR)/$$tool && \
		$(O)/$$tool --completion=zsh >$(DESTDIR)$(ZSHDIR)/_$$tool && \
		$(O)/$$tool --completion=fish >$(DESTDIR)$(FISHDIR)/$$tool.fish || exit; \
	done

uninstall: ## what install put there
	rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(EXTDIR)
	for tool in $(TOOLS); do \
		rm -f $(DESTDIR)$(BINDIR)/$$tool $(DESTDIR)$(BASHDIR)/$$tool \
			$(DESTDIR)$(ZSHDIR)/_$$tool $(DESTDIR)$(FISHDIR)/$$tool.fish; \
	done
	for page in $(MANS); do \
		rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$${page#man/}; \
	done

clean: ## remove $(BUILD)
	rm -rf $(BUILD)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile
