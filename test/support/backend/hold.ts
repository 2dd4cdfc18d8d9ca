import type { Requests } from "../../../emulator/requests";

/** Keeps requests that have reached a host from going on, until they are let go. */
export interface Hold {
  /** Resolves when the first has arrived. */
  readonly arrived: Promise<void>;
  /** What the host awaits with each request. */
  pass(): Promise<void>;
  release(): void;
}

function openHold(): Hold {
  let arrive: () => void = () => undefined;
  let release: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    arrived,
    pass() {
      arrive();
      return released;
    },
    release: () => release(),
  };
}

/** Holds the requests to an emulated cloud that come from now on. */
export function holdRequests(requests: Pick<Requests, "onRequest">): Pick<Hold, "arrived" | "release"> {
  const { arrived, pass, release } = openHold();
  const stop = requests.onRequest(({ phase }) => (phase === "before" ? pass() : undefined));
  return {
    arrived,
    release() {
      stop();
      release();
    },
  };
}

/** Holds the requests that come from now on through a proxy with this hook. */
export function holdAt(proxy: { before: (() => Promise<void>) | undefined }): Pick<Hold, "arrived" | "release"> {
  const { arrived, pass, release } = openHold();
  proxy.before = pass;
  return {
    arrived,
    release() {
      proxy.before = undefined;
      release();
    },
  };
}
