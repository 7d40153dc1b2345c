/* One analysis (kind, resourceId): callers, ledger, relay, Temporal, runs with the activities claim and step+commit,
   operator, reconciler. See README.md for the mapping to the code and what is left out.

   Default: the design. -DLIT_x takes one of its clauses away; -DMUT_x plants a fault; -DDIRTAKES lets a direct run take
   a pending generation, as the code does. Every loop needs a budget, so all executions are finite (check.sh acyclic
   checks it, smaller bounds): liveness is then "every terminal state is quiet" (proctype Final), without any fairness
   assumption.                                                                                                       */

/* ---- bounds and faults (each a compile-time switch) ---- */
#ifndef MAXG
#define MAXG 7            /* generations 1..MAXG-1; reaching MAXG is an error, not a cut */
#endif
#ifndef MAXR
#define MAXR 7            /* Temporal runs 1..MAXR-1; same */
#endif
#ifndef ALLOWRR
#define ALLOWRR 0         /* 1: allow-rerun kind */
#endif
#ifndef TO
#define TO 0              /* server gives up on an attempt; the attempt lives on as a zombie, or dies */
#endif
#ifndef FAILS
#define FAILS 0           /* the step fails for good */
#endif
#ifndef LOSTA
#define LOSTA 0           /* answers of submit lost: the caller asks again */
#endif
#ifndef INFL
#define INFL 0            /* a start that was under way when the dispatch row closed */
#endif
#ifndef RESETS
#define RESETS 0
#endif
#ifndef PTS
#define PTS 7             /* reset points: 1 before claim, 2 after claim, 4 after commit */
#endif
#ifndef TERMS
#define TERMS 0           /* terminate by hand */
#endif
#ifndef DIRECTS
#define DIRECTS 0         /* workflow started by an outsider: no generation in the input */
#endif
#ifndef PURGES
#define PURGES 0          /* retention: every closed run forgotten (only while none is open) */
#endif
#ifndef DELWF
#define DELWF 0           /* the whole workflow ID lost in Temporal, open run included (dev server's last second) */
#endif
#ifndef CANCELS
#define CANCELS 0
#endif
#ifndef DELPUT
#define DELPUT 0          /* resource deleted; maybe put again */
#endif
#ifndef RADOPT
#define RADOPT 0          /* reconciler adopts an open unknown run */
#endif
#ifndef MAXTRY
#define MAXTRY 1          /* redispatches before LOST */
#endif
#ifndef C1
#define C1 1              /* what the callers want: 0 absent, 1 plain, 2 authorised rerun, 3 coalesce (authorised) */
#endif
#ifndef C2
#define C2 1
#endif
#ifndef C3
#define C3 0
#endif

#define NO 0
#define P 1
#define R 2
#define C 3
#define F 4
#define X 5               /* cancelled */
#define SUBMIT 1
#define RERUN 2
#define DIRECT 3
#define RESET 4
#define COALESCED 5
#define OPEN 1            /* Temporal status; 0 = not known (never, or purged) */
#define COMPLETED 2
#define FAILED 3
#define CANCELED 4
#define TERMINATED 5
#define GO 1              /* answers of activities */
#define OK 2
#define BAD 3
#define CANC 4
#define AGAIN 5
#define TOLD 6            /* direct run that learns "running" */

/* ---- ledger ---- */
byte gen, standing, inc = 1, fence, nreg;
bit exists = 1, fu, fuauth; byte fuinc;
byte gs[MAXG], cause[MAXG], grun[MAXG], ginc[MAXG], tries[MAXG];
bit disp[MAXG], auth[MAXG], creq[MAXG];
byte rgen[MAXR];                                   /* run registrations */
/* ---- Temporal ---- */
byte nr, cur, task, att;                           /* task of the open run: 0 none 1 scheduled 2 started */
byte st[MAXR], rin[MAXR], rpc[MAXR], rinc[MAXR];   /* rpc: 0 claim, 1 step+commit, 2 done */
bit rrst[MAXR];
/* ---- ghosts (only read by assertions) ---- */
byte applied[MAXG]; byte maxreg, gstand;
/* ---- budgets ---- */
byte nTO, nFAIL, nLOST, nINFL, nRESET, nTERM, nDIR, nPURGE, nDELWF, nCANC, nDEL, nRA;
bit w1busy;
hidden byte g, i, b, pt, ans;

#define OPENG(x) (gs[x]==P || gs[x]==R)
#ifdef LIT_OLDRUN
#define OPENNOW (OPENG(gen))
#else
#define OPENNOW (OPENG(gen) && ginc[gen]==inc)     /* admission counts only runs of this incarnation */
#endif

inline mkgen(c, au) {
  gen++; assert(gen < MAXG);                                                /* BOUND */
  assert(cause[gen]==0 && gs[gen]==NO);                                     /* S4 S6 */
  cause[gen] = c; auth[gen] = au; ginc[gen] = inc; gs[gen] = P
}
inline convert() {                                 /* follow-up -> generation, in the transaction that closes the run */
  if
  :: fu ->
     fu = 0;
     assert(fuinc == inc);                                                  /* S7 */
     if
#ifdef LIT_FU
     :: true -> mkgen(COALESCED, fuauth); disp[gen] = 1
#else
     :: exists && (ALLOWRR || fuauth || !standing) -> mkgen(COALESCED, fuauth); disp[gen] = 1
     :: else -> skip                               /* admitted again: answered by the result */
#endif
     fi; fuauth = 0; fuinc = 0
  :: else -> skip
  fi
}
inline closeg(x, s) {
  assert(OPENG(x) && cause[x]!=0);                                          /* one final state; S6 */
  gs[x] = s; creq[x] = 0;
#ifndef LIT_DISP
  disp[x] = 0;
#endif
#ifdef MUT_FORGET
  if :: s==F -> standing = 0 :: else -> skip fi;
#endif
  if :: x==gen -> convert() :: else -> skip fi
}
inline register(x, run_) {                         /* the run becomes the owner of generation x */
  assert(run_ >= maxreg);                                                   /* S3: never an older run after a newer one */
#ifdef DIRTAKES
  if :: rin[run_]==0 -> skip :: else ->                                     /* a direct run may carry any generation */
#else
  if :: true ->
#endif
  assert(rin[run_]==x || (cause[x]==DIRECT && rin[run_]==0) || (cause[x]==RESET && (rrst[run_] || rin[run_]==x)))  /* S6 */
  fi;
  maxreg = run_; nreg++; rgen[run_] = x; grun[x] = run_; gs[x] = R; disp[x] = 0
}
inline newrun(gin, rst, pc, ic) {
  nr++; assert(nr < MAXR);                                                  /* BOUND, or a livelock of starts */
  cur = nr; st[nr] = OPEN; rin[nr] = gin; rrst[nr] = rst; rpc[nr] = pc; rinc[nr] = ic;
  att = 1; task = (pc < 2 -> 1 : 0)
}
#ifdef MUT_FAILEDONLY
#define ALLOW(x) (ALLOWRR || ginc[x]>1)
#else
#define ALLOW(x) (ALLOWRR || auth[x] || ginc[x]>1)
#endif
#define STARTABLE(x) (cur==0 || (st[cur]!=OPEN && (ALLOW(x) || st[cur]!=COMPLETED)))
#define ANYDISP (disp[1] || disp[2] || disp[3] || disp[4] || disp[5] || disp[6])
#ifdef LIT_RECID
#define SEEN(x) (cur==0 || rgen[cur]==x || (rgen[cur]==0 && rin[cur]==x))
#else
#define SEEN(x) true
#endif
#define ORPHAN(x) (gs[x]==R && !disp[x] && SEEN(x))
#define ANYORPHAN (ORPHAN(1) || ORPHAN(2) || ORPHAN(3) || ORPHAN(4) || ORPHAN(5) || ORPHAN(6))
#define TOKEN (cur==r && st[r]==OPEN && task==2 && att==a && rpc[r]==k)

/* ---- callers ---- */
proctype Caller(byte want) {
  byte kg, kinc, made;
sub: atomic {
    ans = 0;
    if
    :: !exists -> skip                                                      /* 410 */
    :: exists && OPENNOW -> ans = gen; assert(ginc[gen]==inc);              /* S7: a run of the old incarnation answered */
       if :: want==3 -> fu = 1; fuauth = 1; fuinc = inc :: else -> skip fi
    :: exists && !OPENNOW && standing && !ALLOWRR && want==1 -> ans = standing; assert(ginc[standing]==inc)
    :: else -> if :: want==1 -> mkgen(SUBMIT, 0) :: else -> mkgen(RERUN, 1) fi;
       disp[gen] = 1; ans = gen; made++; assert(made <= 1)                  /* S6: one request, one generation */
    fi;
    kg = ans; kinc = inc; ans = 0
  }
  do
  :: atomic { nLOST < LOSTA -> nLOST++;
#ifdef MUT_NOKEY
       goto sub
#else
       if
       :: kg!=0 && exists && kinc!=inc ->                                   /* the key is of an older incarnation */
#ifdef LIT_IDEM
            assert(false)                                                   /* S7: first answer given again */
#else
            skip                                                            /* answered: deleted, no result */
#endif
       :: kg!=0 && kinc==inc -> assert(gs[kg]!=NO)                          /* S5 */
       :: else -> skip
       fi
#endif
     }
  :: break
  od
}

/* ---- relay: only a claim or the end of the generation closes the row; back-off = waits until the start is accepted ---- */
active proctype Relay() {
  byte x;
end_relay:
  do
  :: atomic { x==0 && ANYDISP -> i = 1;
       do :: i < MAXG && !disp[i] -> i++ :: i < MAXG && disp[i] -> x = i; break
          :: i < gen && disp[i] && disp[gen] -> i = gen                     /* or the newest one */
          od; i = 0 }
  :: atomic { x!=0 && STARTABLE(x) && (disp[x] || nINFL < INFL) ->
       if :: !disp[x] -> nINFL++ :: else -> skip fi;
       newrun(x, 0, 0, 0); x = 0 }
  :: atomic { x!=0 && !disp[x] -> x = 0 }
#ifdef MUT_ASCLOSE
  :: atomic { x!=0 && disp[x] && !STARTABLE(x) -> disp[x] = 0; x = 0 }
#endif
  od
}

/* ---- activities ---- */
proctype Worker(bit second) {
  byte r, a, k, f, dv, res; bit dok;
idle: atomic { r = 0; a = 0; k = 0; f = 0; dv = 0; dok = 0; res = 0; if :: !second -> w1busy = 0 :: else -> skip fi };
end_w: 
  if
  :: atomic { cur!=0 && st[cur]==OPEN && task==1 && (!second || w1busy) ->
       task = 2; r = cur; a = att; k = rpc[cur]; if :: !second -> w1busy = 1 :: else -> skip fi }
  :: atomic { second && nRA < RADOPT && cur!=0 && st[cur]==OPEN && rgen[cur]==0 && rpc[cur]<2 ->   /* reconciler: claim on the run's behalf */
       nRA++; r = cur; a = 0; k = 0 }
  fi;
  if :: k==1 -> goto begin :: else -> skip fi;

claim: atomic { if
    :: !TOKEN -> goto idle                                                  /* zombie dies here, or goes on */
    :: true -> skip
    fi;
    g = rin[r];
    if
#ifdef LIT_DIRREP
    :: rgen[r]!=0 && (rin[r]!=0 || rrst[r]) ->
#else
    :: rgen[r]!=0 ->                                                        /* repeated claim: the same answer */
#endif
       g = rgen[r];
       if
       :: gs[g]==R && grun[g]==r && creq[g] -> closeg(g, X); res = CANC
       :: gs[g]==R && grun[g]==r && !creq[g] -> res = GO
       :: gs[g]==C && grun[g]==r -> res = OK
       :: gs[g]==F && grun[g]==r -> res = BAD
       :: else -> res = CANC
       fi
    :: else ->
       if
       :: !exists ->                                                        /* resource gone */
#ifndef LIT_DISP
          if :: g!=0 && !rrst[r] && OPENG(g) && grun[g]==0 -> closeg(g, X) :: else -> skip fi;
#endif
          res = CANC
#ifdef LIT_RA
       :: exists && (rrst[r] || a==0) -> goto adopt
#else
       :: exists && rrst[r] -> goto adopt
#endif
       :: exists && !rrst[r] && g==0 ->                                     /* direct: the admission table */
          if
#ifdef DIRTAKES
          :: OPENNOW && !creq[gen] && (gs[gen]==P || st[grun[gen]]!=OPEN) ->  /* takes a pending generation, or one whose run is closed */
#ifndef LIT_ZOMBIE
             if :: !dok || dv!=nreg -> goto look :: else -> skip fi;
#endif
             register(gen, r); rinc[r] = inc; res = GO
          :: OPENNOW && !(!creq[gen] && (gs[gen]==P || st[grun[gen]]!=OPEN)) -> res = TOLD
#else
#ifdef MUT_NOGEN
          :: gs[gen]==P -> register(gen, r); res = GO
          :: gs[gen]!=P && OPENNOW -> res = TOLD
#else
          :: OPENNOW -> res = TOLD
#endif
#endif
          :: !OPENNOW && standing && !ALLOWRR -> res = OK                   /* stored result */
          :: else ->
#ifndef LIT_ZOMBIE
             if :: !dok || dv!=nreg -> goto look :: else -> skip fi;        /* a dead run opens no generation */
#endif
             mkgen(DIRECT, 0); register(gen, r); rinc[r] = inc; res = GO
          fi
       :: else ->                                                           /* dispatched */
          if
#ifdef MUT_CLOSEDRUNS
          :: gs[g]==C && g==gen -> gs[g] = P; register(g, r); rinc[r] = inc; res = GO
#else
          :: gs[g]==C -> res = OK
#endif
          :: gs[g]==F -> res = BAD
          :: gs[g]==X || gs[g]==NO -> res = CANC
          :: OPENG(g) && (g < gen || creq[g]) ->
#ifdef MUT_UNWANTED
             if :: gs[g]==P -> closeg(g, X) :: else -> skip fi;
#else
#ifndef LIT_DISP
             if :: gs[g]==P || st[grun[g]]!=OPEN -> closeg(g, X) :: else -> skip fi;
#endif
#endif
             res = CANC
          :: gs[g]==P && g==gen && !creq[g] -> register(g, r); rinc[r] = inc; res = GO
          :: gs[g]==R && g==gen && !creq[g] && st[grun[g]]==OPEN -> res = CANC
          :: gs[g]==R && g==gen && !creq[g] && st[grun[g]]!=OPEN ->
#ifndef LIT_ZOMBIE
             if :: !dok || dv!=nreg -> goto look :: else -> skip fi;        /* takes its place only if itself open and current */
#endif
             register(g, r); rinc[r] = inc; res = GO
          fi
       fi
    fi; g = 0
  };
  goto report;

look: atomic {                                                              /* describe(workflowId), outside the transaction */
    g = 0; dok = (cur==r && st[r]==OPEN); dv = nreg;
    if :: dok -> skip :: else -> res = CANC fi };
  if :: dok -> goto claim :: else -> goto report fi;

adopt: atomic { dok = (cur==r && st[r]==OPEN); dv = nreg };                 /* describe, outside the transaction */
  atomic {
    if :: !TOKEN -> goto idle :: true -> skip fi;
#ifdef MUT_NODESC
    dok = 1; dv = nreg;
#endif
#ifdef LIT_CAS
    dv = nreg;
#endif
    if
    :: rgen[r]!=0 && k==1 -> goto begin
    :: rgen[r]!=0 && k==0 -> goto claim
    :: rgen[r]==0 && (!exists || !dok) -> res = CANC
    :: rgen[r]==0 && exists && dok && dv!=nreg -> goto adopt                /* another run was registered since: look again */
#ifndef LIT_RINC
    :: rgen[r]==0 && exists && dok && dv==nreg && rinc[r]!=0 && rinc[r]!=inc -> res = CANC   /* kept steps of an older incarnation */
    :: rgen[r]==0 && exists && dok && dv==nreg && (rinc[r]==0 || rinc[r]==inc) ->
#else
    :: rgen[r]==0 && exists && dok && dv==nreg ->
#endif
       g = 1;
       do
       :: g <= gen && gs[g]==R -> gs[g] = X; creq[g] = 0;                   /* cancelled (reset) */
#ifndef LIT_DISP
          disp[g] = 0;
#endif
          g++
       :: g <= gen && gs[g]==P -> fu = 1; fuauth = fuauth | auth[g]; fuinc = inc;   /* unclaimed pending -> follow-up */
#ifdef LIT_DEMOTE
          gs[g] = NO;
#else
          gs[g] = X;
#endif
#ifndef LIT_DISP
          disp[g] = 0;
#endif
          g++
       :: g <= gen && !OPENG(g) -> g++
       :: g > gen -> break
       od; g = 0;
       mkgen(RESET, 1); register(gen, r); 
       if :: rinc[r]==0 -> rinc[r] = inc :: else -> skip fi;
       if :: k==1 -> goto begin :: else -> res = GO fi
    fi
  };
  goto report;

begin: atomic {                                                             /* an attempt begins: takes the next fence */
    if :: !TOKEN -> goto idle :: true -> skip fi;
    g = rgen[r];
    if
    :: g==0 -> goto adopt
    :: g!=0 && gs[g]==R && grun[g]==r && g==gen && (!creq[g]) ->
       fence++; f = fence;
       assert(r==maxreg);                                                   /* S3 */
       assert(ALLOWRR || !gstand || auth[g] || cause[g]==RESET)             /* S2: computation starts here */
    :: g!=0 && gs[g]==R && grun[g]==r && creq[g] -> closeg(g, X); res = CANC
    :: g!=0 && gs[g]==R && grun[g]==r && !creq[g] && g!=gen -> closeg(g, X); res = CANC
    :: g!=0 && gs[g]==C && grun[g]==r -> res = OK
    :: g!=0 && gs[g]==F && grun[g]==r -> res = BAD
    :: else -> res = CANC
    fi; g = 0
  };

commit: atomic {                                                            /* one SQL transaction */
    if :: !TOKEN -> goto idle :: true -> skip fi;
    g = rgen[r];
    if
    :: res!=0 -> skip
    :: else -> if
#ifdef MUT_NOFENCE
    :: gs[g]==R && grun[g]==r && g==gen && !creq[g] ->
#else
#ifdef MUT_NORUNID
    :: gs[g]==R && g==gen && f==fence && !creq[g] ->
#else
#ifdef LIT_COMMIT
    :: gs[g]==R && grun[g]==r && g==gen && f==fence ->
#else
    :: gs[g]==R && grun[g]==r && g==gen && f==fence && !creq[g] ->
#endif
#endif
#endif
       if
       :: true -> assert(r==maxreg && grun[g]==r && g==gen && f==fence);    /* S3 */
          assert(exists && ginc[g]==inc && rinc[r]==inc);                   /* S7: applied to the right incarnation, from its bytes */
          applied[g]++; assert(applied[g]==1);                              /* S1 */
          standing = g; gstand = g; closeg(g, C); res = OK
       :: nFAIL < FAILS -> nFAIL++; closeg(g, F); res = BAD
       fi
#ifndef LIT_COMMIT
    :: gs[g]==R && grun[g]==r && creq[g] && f==fence -> closeg(g, X); res = CANC
#endif
    :: gs[g]==C && grun[g]==r -> res = OK                                   /* repeated commit: what was committed */
    :: gs[g]==F && grun[g]==r -> res = BAD
    :: gs[g]==R && grun[g]==r && f!=fence -> res = AGAIN                    /* superseded */
    :: else -> res = CANC
    fi fi; g = 0
  };

report: atomic {                                                            /* stale token: NotFound, dropped */
    if
    :: TOKEN && res==GO -> rpc[r] = 1; task = 1; att = 1
    :: TOKEN && res==OK && k==0 -> st[r] = COMPLETED; task = 0
    :: TOKEN && res==OK && k==1 -> rpc[r] = 2; task = 0
    :: TOKEN && res==BAD -> st[r] = FAILED; task = 0
    :: TOKEN && res==CANC -> st[r] = CANCELED; task = 0
#ifdef LIT_DIREND
    :: TOKEN && res==TOLD -> st[r] = COMPLETED; task = 0
#else
    :: TOKEN && res==TOLD -> st[r] = CANCELED; task = 0
#endif
    :: TOKEN && res==AGAIN -> att++; task = 1
    :: else -> skip
    fi };
  goto idle
}

/* ---- reconciler: orphan rows (described first, written later) ---- */
active proctype Reconciler() {
  byte x, rr, s;
end_rec:
  do
  :: atomic { x==0 && (cur==0 || st[cur]!=OPEN) && ANYORPHAN -> i = 1;
       do :: ORPHAN(i) -> break :: else -> i++ od;
       x = i; rr = grun[i];
#if defined(MUT_OTHERGEN) || defined(LIT_RECID)
       s = (cur==0 -> 0 : st[cur]);                                         /* describe(workflowId) */
#else
       s = st[grun[i]];                                                     /* describe(workflowId, the row's own run) */
#endif
       i = 0 }
  :: atomic { x!=0 ->
       if
       :: gs[x]==R && grun[x]==rr ->
          if
          :: s==COMPLETED -> assert(false)                                  /* S1: completed taken over, no result was committed */
          :: s==FAILED -> closeg(x, F)
          :: s==CANCELED || s==TERMINATED -> closeg(x, X)
          :: s==OPEN -> skip
          :: s==0 && (creq[x] || x!=gen) -> closeg(x, X)
          :: s==0 && !creq[x] && x==gen && tries[x] < MAXTRY -> tries[x]++; disp[x] = 1
          :: s==0 && !creq[x] && x==gen && tries[x] >= MAXTRY -> closeg(x, F)   /* LOST */
          fi
       :: else -> skip
       fi; x = 0; rr = 0; s = 0 }
  od
}

/* ---- server's own steps ---- */
active proctype Server() {
end_s:
  do
  :: atomic { cur!=0 && st[cur]==OPEN && rpc[cur]==2 -> st[cur] = COMPLETED; task = 0 }   /* last workflow task */
  od
}

/* ---- environment: every fault and operator's act has a budget, and may be left unused ---- */
active proctype Env() {
  do
  :: atomic { nTO < TO && task==2 -> nTO++; att++; task = 1 }
  :: atomic { nRESET < RESETS && cur!=0 -> nRESET++;
       b = cur;
       do :: b > 1 && st[b-1]!=0 -> b-- :: break od;
       if :: (PTS & 1) -> pt = 0
          :: (PTS & 2) && rpc[b]>=1 -> pt = 1
          :: (PTS & 4) && rpc[b]==2 -> pt = 2
          :: else -> pt = 3 fi;
       if
       :: pt < 3 ->
          if :: st[cur]==OPEN -> st[cur] = TERMINATED :: else -> skip fi;
          newrun(rin[b], 1, pt, (pt==0 -> 0 : rinc[b]))
       :: else -> skip
       fi; b = 0; pt = 0 }
  :: atomic { nTERM < TERMS && cur!=0 && st[cur]==OPEN -> nTERM++; st[cur] = TERMINATED; task = 0 }
  :: atomic { nDIR < DIRECTS && (cur==0 || st[cur]!=OPEN) -> nDIR++; newrun(0, 0, 0, 0) }
  :: atomic { nPURGE < PURGES && cur!=0 && st[cur]!=OPEN -> nPURGE++;
       i = 1; do :: i < MAXR -> st[i] = 0; i++ :: else -> break od; i = 0; cur = 0 }
  :: atomic { nDELWF < DELWF && cur!=0 -> nDELWF++;
       i = 1; do :: i < MAXR -> st[i] = 0; i++ :: else -> break od; i = 0; cur = 0; task = 0 }
  :: atomic { nCANC < CANCELS && OPENG(gen) -> nCANC++;
       if :: gs[gen]==P -> disp[gen] = 0; b = gen; closeg(b, X); b = 0
          :: gs[gen]==R -> creq[gen] = 1
          fi }
  :: atomic { nDEL < DELPUT && exists -> nDEL++;
#ifndef LIT_FUDEL
       fu = 0; fuauth = 0; fuinc = 0;
#endif
       exists = 0; i = 1;
       do :: i <= gen && gs[i]==P -> b = i; disp[b] = 0; gs[b] = X; i++
          :: i <= gen && gs[i]==R -> creq[i] = 1; i++
          :: i <= gen && !OPENG(i) -> i++
          :: i > gen -> break od; i = 0; b = 0 }
  :: atomic { !exists -> exists = 1; inc++; standing = 0; gstand = 0;
#ifdef MUT_RENUMBER
       gen = 0
#endif
     }
  :: break
  od
}

/* ---- L1, S5: nothing is left open when nobody can move any more ---- */
active proctype Final() {
  timeout ->
  d_step {
    i = 1;
    do
    :: i <= gen ->
#ifndef NOQUIET
       assert(gs[i]==C || gs[i]==F || gs[i]==X);                            /* L1 one final state; S5 not unknown */
       assert(!disp[i]);                                                    /* L1 no dispatch row open for ever */
       assert(cause[i]!=0);                                                 /* S6 */
       assert((gs[i]==C) == (applied[i]==1));                               /* S1 */
#endif
       i++
    :: else -> break
    od; i = 0;
#ifndef NOQUIET
    assert(!fu);                                                            /* L1 follow-up became a run, or was answered */
    assert(cur==0 || st[cur]!=OPEN)
#endif
  }
}
init { atomic {
  if :: C1 -> run Caller(C1) :: else -> skip fi;
  if :: C2 -> run Caller(C2) :: else -> skip fi;
  if :: C3 -> run Caller(C3) :: else -> skip fi;
  run Worker(0); run Worker(1) } }
