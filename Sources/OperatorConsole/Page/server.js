// Talking to the server: questions, marks, and the stream of events that finds its way back after every pause.
class ServerFault extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const server = {
  async ask(path) {
    const answer = await fetch(path, { headers: { Accept: 'application/json' }, credentials: 'same-origin' });
    if (answer.status === 401) { location.reload(); throw new ServerFault(401, 'the session is over'); }
    const json = await answer.json();
    if (!answer.ok) throw new ServerFault(answer.status, json.error);
    return json;
  },

  async mark(id, order) {
    const answer = await fetch(`/api/targets/${encodeURIComponent(id)}/mark`, {
      method: 'POST', credentials: 'same-origin', body: JSON.stringify(order),
      headers: { 'Content-Type': 'application/json', 'EELScout-Console': '1' },
    });
    if (answer.status === 401) { location.reload(); throw new ServerFault(401, 'the session is over'); }
    const json = await answer.json();
    if (!answer.ok) throw new ServerFault(answer.status, json.error);
    return json;
  },

  /** A picture's bytes and its frame. */
  async picture(scan, name) {
    const address = `/api/scans/${scan.id}/pictures/${name}?of=${scan.scan_sha256.slice(0, 16)}`;
    const answer = await fetch(address, { credentials: 'same-origin' });
    if (!answer.ok) throw new ServerFault(answer.status, 'this picture is not kept');
    const frame = JSON.parse(answer.headers.get('EELScout-Picture'));
    return { ...frame, values: new Uint8Array(await answer.arrayBuffer()) };
  },
};

/**
 * Events from the server. A silent stream is as good as none: after a laptop's sleep nobody may notice that the
 * connection is gone, so it is made anew and the server tells everything since the last event.
 */
class EventFeed {
  static silence = 12000;

  constructor(handlers) {
    this.handlers = handlers;
    this.last = null;
    this.isConnected = false;
    this.heard = 0;
    this.connect();
    setInterval(() => this.check(), 1000);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.check(); });
    addEventListener('online', () => this.connect());
  }

  connect() {
    this.source?.close();
    this.heard = Date.now();
    const source = new EventSource(this.last ? `/api/events?since=${encodeURIComponent(this.last)}` : '/api/events');
    this.source = source;
    source.addEventListener('health', (event) => {
      this.alive();
      this.handlers.health(JSON.parse(event.data));
    });
    source.addEventListener('change', (event) => {
      this.alive();
      this.last = event.lastEventId || this.last;
      this.handlers.change(JSON.parse(event.data));
    });
    source.addEventListener('error', () => this.lost());
  }

  alive() {
    this.heard = Date.now();
    if (this.isConnected) return;
    this.isConnected = true;
    this.handlers.connection(true);
  }

  lost() {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.lostSince = Date.now();
    this.handlers.connection(false);
  }

  check() {
    if (Date.now() - this.heard > EventFeed.silence) {
      this.lost();
      this.connect();
    } else if (this.source.readyState === EventSource.CLOSED && Date.now() - this.heard > 2000) {
      this.lost();
      this.connect();
    }
  }
}
