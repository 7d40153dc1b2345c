#!/bin/bash
# Checks lifecycle.pml with Spin 6.5.2 and gcc. Usage: check.sh GROUP [seconds per configuration, default 600]
#   design:  the lifecycle; every configuration must end with "errors: 0", search complete.
#   literal: one clause taken away (LIT_x); each must show a counterexample.
#   mutants: planted faults (MUT_x); each must show a counterexample.
#   acyclic: no cycle in the state graph (pan -l without progress labels), so "every terminal state is quiet" is liveness.
#   small:   of design, literal, mutants and acyclic what is quick (npm run model).
#   all:     everything but small.
# JOBS: searches at a time; MEMLIM: MB for each; OPT: how gcc optimises them. Exits with 1 when one is not as it must be.
here=$(cd "$(dirname "$0")" && pwd); L=${2:-600}; J=${JOBS:-2}; MEM=${MEMLIM:-9000}; W=$(mktemp -d); O=${OPT:--O2}
trap 'rm -rf "$W"' EXIT
design='
basic        -DTO=1 -DFAILS=1 -DLOSTA=1 -DINFL=1
callers3     -DC3=2 -DLOSTA=1 -DFAILS=1 -DPURGES=1 -DINFL=1
reset-to     -DRESETS=1 -DTO=1
reset-term   -DRESETS=1 -DTERMS=1
reset2       -DRESETS=2 -DTO=1 -DC2=0
reset-rerun  -DRESETS=1 -DFAILS=1 -DC2=2
reset-coal   -DRESETS=1 -DC2=3 -DFAILS=1 -DPURGES=1
reset-del    -DRESETS=1 -DDELPUT=1 -DLOSTA=1
reset-del-t  -DRESETS=1 -DTERMS=1 -DDELPUT=1 -DC2=0
reset-direct -DRESETS=1 -DDIRECTS=1
direct-to    -DDIRECTS=1 -DTO=1
direct-term  -DDIRECTS=1 -DTERMS=1 -DFAILS=1
direct-all   -DDIRECTS=1 -DTERMS=1 -DTO=1 -DC2=0
delput       -DDELPUT=1
del-coal     -DDELPUT=1 -DC2=3 -DCANCELS=1 -DLOSTA=1
coal-fail    -DC2=3 -DFAILS=1
coal-cancel  -DCANCELS=1 -DC2=3
rerun-term   -DC2=2 -DFAILS=1 -DTERMS=1
delwf-term   -DDELWF=1 -DTERMS=1
delwf-all    -DDELWF=1 -DTERMS=1 -DTO=1 -DC2=0
delwf-cancel -DDELWF=1 -DCANCELS=1 -DTO=1 -DC2=0
adopt        -DRADOPT=1 -DRESETS=1
adopt-direct -DRADOPT=1 -DDIRECTS=1
take-to      -DDIRTAKES -DDIRECTS=1 -DTO=1
take-term    -DDIRTAKES -DDIRECTS=1 -DTERMS=1 -DFAILS=1
take-all     -DDIRTAKES -DDIRECTS=1 -DTERMS=1 -DTO=1 -DC2=0
take-reset   -DDIRTAKES -DRESETS=1 -DDIRECTS=1
take-del     -DDIRTAKES -DDELPUT=1 -DDIRECTS=1
take-rerun   -DDIRTAKES -DC2=2 -DDIRECTS=1 -DFAILS=1 -DINFL=1
take-delwf   -DDIRTAKES -DDELWF=1 -DDIRECTS=1 -DC2=0
term2        -DTERMS=2 -DTO=1
reset-dir-t  -DRESETS=1 -DDIRECTS=1 -DTERMS=1 -DC2=0
rr-direct    -DALLOWRR=1 -DINFL=1 -DFAILS=1 -DDIRECTS=1
rr-reset     -DALLOWRR=1 -DRESETS=1 -DC2=3 -DTO=1'
literal='
DISP-reset   -DLIT_DISP -DRESETS=1 -DFAILS=1
DISP-lost    -DLIT_DISP -DDELWF=1
FU-stuck     -DLIT_FU -DRESETS=1 -DC2=0
FU-again     -DLIT_FU -DRESETS=1 -DC2=0 -DPURGES=1 -DNOQUIET
FUDEL        -DLIT_FUDEL -DDELPUT=1 -DC2=3
DEMOTE       -DLIT_DEMOTE -DRESETS=1
DIREND       -DLIT_DIREND -DDIRECTS=1
DIRREP       -DLIT_DIRREP -DLIT_DIREND -DDIRECTS=1 -DTO=1 -DC1=0 -DC2=0
RECID        -DLIT_RECID -DDIRECTS=1 -DTERMS=1
RECID-reset  -DLIT_RECID -DDIRTAKES -DC2=2 -DRESETS=1 -DPTS=4
CAS          -DLIT_CAS -DRESETS=2 -DTO=1 -DC2=0
ZOMBIE-dir   -DLIT_ZOMBIE -DDIRECTS=1 -DTERMS=1 -DFAILS=1
ZOMBIE-take  -DLIT_ZOMBIE -DTERMS=2 -DTO=1
OLDRUN       -DLIT_OLDRUN -DDELPUT=1
COMMIT       -DLIT_COMMIT -DDELPUT=1
IDEM         -DLIT_IDEM -DDELPUT=1 -DLOSTA=1
RINC         -DLIT_RINC -DDELPUT=1 -DRESETS=1
RA           -DLIT_RA -DRADOPT=1'
mutants='
ASCLOSE      -DMUT_ASCLOSE -DDIRECTS=1
NOGEN        -DMUT_NOGEN -DDIRECTS=1
NODESC       -DMUT_NODESC -DRESETS=2 -DTO=1 -DC2=0
FAILEDONLY   -DMUT_FAILEDONLY -DC2=2
FORGET       -DMUT_FORGET -DC2=2 -DC3=1 -DFAILS=1
NOFENCE      -DMUT_NOFENCE -DTO=1
NORUNID      -DMUT_NORUNID -DDELWF=1 -DC2=0
OTHERGEN     -DMUT_OTHERGEN -DDIRECTS=1 -DTERMS=1 -DRESETS=1 -DC2=0
NOKEY        -DMUT_NOKEY -DC2=2 -DLOSTA=1
CLOSEDRUNS   -DMUT_CLOSEDRUNS -DALLOWRR=1 -DINFL=1
RENUMBER     -DMUT_RENUMBER -DDELPUT=1
UNWANTED     -DMUT_UNWANTED -DDELWF=1 -DCANCELS=1 -DC2=0'
acyclic='
basic        -DTO=1 -DFAILS=1
direct-to    -DDIRECTS=1 -DTO=1
direct-term  -DDIRECTS=1 -DTERMS=1 -DC2=0
reset        -DRESETS=1 -DTO=1 -DC2=0
reset-rerun  -DRESETS=1 -DC2=2
delput       -DDELPUT=1 -DLOSTA=1
del-coal     -DDELPUT=1 -DC2=3 -DCANCELS=1
delwf        -DDELWF=1 -DTERMS=1 -DC2=0
adopt        -DRADOPT=1 -DRESETS=1 -DC2=0
rr-direct    -DALLOWRR=1 -DFAILS=1 -DDIRECTS=1'
# Small: those of the design that end within seconds also without optimisation.
small_design='
basic        -DTO=1 -DFAILS=1
reset-to     -DRESETS=1 -DTO=1 -DC2=0
reset-coal   -DRESETS=1 -DC1=0 -DC2=3 -DFAILS=1
take-to      -DDIRTAKES -DDIRECTS=1 -DTO=1 -DC2=0
take-term    -DDIRTAKES -DDIRECTS=1 -DTERMS=1 -DC2=0
delput       -DDELPUT=1
cancel-coal  -DCANCELS=1 -DC2=3
delwf-cancel -DDELWF=1 -DCANCELS=1 -DC2=0
term         -DTERMS=1 -DTO=1 -DC2=0
rr-inflight  -DALLOWRR=1 -DINFL=1
adopt        -DRADOPT=1 -DRESETS=1 -DC2=0'
small_acyclic='
direct-term  -DDIRECTS=1 -DTERMS=1 -DC2=0'
one() { # group name flags...
  grp=$1; n=$2; shift 2; d=$W/$grp-$n; mkdir -p "$d"; cd "$d"; cp "$here/lifecycle.pml" .
  spin "$@" -a lifecycle.pml > spin.out 2>&1 || { echo "WRONG [$grp $n] spin: $(tail -n1 spin.out)"; return 1; }
  o="-DSAFETY"; p="-E"; [ $grp = acyclic ] && { o="-DNP"; p="-l -E"; }
  gcc $O -w -DCOLLAPSE -DNOREDUCE $o -DMEMLIM=$MEM -DVECTORSZ=2048 -o pan pan.c || { echo "WRONG [$grp $n] gcc"; return 1; }
  timeout "$L" ./pan $p -m400000 -w$H -c1 > out 2>&1; rc=$?
  e=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' out); v=$(sed -n 's/^pan:1: \(.*\)(at depth.*/\1/p' out)
  inc=$([ $rc = 0 ] && ! grep -qE 'reached -DMEMLIM|max search depth too small|out of memory' out || echo ' INCOMPLETE')
  case $grp in
    design|acyclic) [ "$e$inc" = 0 ] && verdict=ok || verdict=WRONG ;;
    *) [ "${e:-0}" -gt 0 ] && verdict=ok || verdict=WRONG ;;
  esac
  echo "$verdict [$grp $n] $* | errors ${e:-?}$inc | $(awk '/states, stored/{print $1; exit}' out) states | $(sed -n 's/.*elapsed time \([0-9.e+]*\).*/\1/p' out) s${v:+ | $v}"
  [ $verdict = ok ]
}
list() { echo "$2" | sed '/^ *$/d' | sed "s/^/$1 /"; }
H=25; [ "${1:-all}" = small ] && H=21
export -f one; export here L MEM W O H
case ${1:-all} in
  small) list design "$small_design"; list literal "$literal"; list mutants "$mutants"; list acyclic "$small_acyclic" ;;
  all) for x in design literal mutants acyclic; do list $x "${!x}"; done ;;
  design|literal|mutants|acyclic) list "$1" "${!1}" ;;
  *) echo "usage: check.sh design|literal|mutants|acyclic|small|all [seconds each]" >&2; exit 2 ;;
esac | xargs -P"$J" -L1 bash -c 'one "$@"' _
