/** The recorded transcripts as they lie in tests/vectors/storage-server. */
import { load } from '../../vectors/load';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** As a text: numbers in decimal, a text as it is. */
export function plain(value: Json | undefined): string {
	return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

export interface RecordedNode {
	readonly name: string;
	readonly ip: string;
	readonly https_port: number;
	readonly omq_quic_port: number;
	readonly ed25519_pubkey: string;
	readonly ed25519_seed: string;
	readonly x25519_pubkey: string;
	readonly x25519_privkey: string;
	readonly swarm_id: string;
}

export interface RecordedResponse {
	readonly status?: number;
	readonly content_type?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly text?: string;
	readonly json?: JsonObject;
	readonly transport_error?: string;
}

export interface RpcCase {
	readonly name: string;
	readonly node?: { readonly name: string };
	readonly method?: string;
	readonly path?: string;
	readonly request_headers?: Readonly<Record<string, string>>;
	readonly request_body?: string;
	readonly request_body_sketch?: string;
	readonly signed_string?: string;
	readonly response?: RecordedResponse;
	readonly took_ms?: number;
	readonly checks?: {
		readonly expected_hash?: string;
		readonly swarm_signatures?: Readonly<Record<string, { readonly over: string }>>;
	};
	/** Set-ups that were not recorded as requests. */
	readonly hashes_in_store_order?: readonly string[];
	readonly ns0?: readonly string[];
	readonly ns2?: readonly string[];
}

export interface OnionCase {
	readonly name: string;
	readonly guard?: { readonly name: string };
	readonly request_hex: string;
	readonly response: {
		readonly status?: number;
		readonly headers?: Readonly<Record<string, string>>;
		readonly content_type?: string;
		readonly body_text?: string;
		readonly body_hex?: string;
		readonly decrypted_from?: 'base64' | 'raw';
		readonly decrypted?: string | null;
		readonly decrypted_with_exit_layer_key?: string;
		readonly decrypted_with_key_of?: string;
		readonly decrypted_with_that_key?: string;
		readonly http_parser_error?: string;
	};
	readonly server_received?: {
		readonly method: string;
		readonly url: string;
		readonly headers: Readonly<Record<string, string>>;
		readonly body_json: string;
		readonly decrypted_by_server: string;
	} | null;
	readonly server_replied?: {
		readonly status: number;
		readonly headers: Readonly<Record<string, string>>;
		readonly body?: string;
		readonly body_hex: string;
	};
}

export interface RpcFile {
	readonly cases: readonly RpcCase[];
}

export interface OnionFile {
	readonly server_x25519_private?: string;
	readonly cases: readonly OnionCase[];
}

export interface SwarmRows {
	readonly rows: readonly {
		readonly pubkey: string;
		readonly swarm_space: string;
		readonly swarm: string;
		readonly members: readonly string[];
	}[];
}

export interface HashRows {
	readonly rows: readonly {
		readonly pubkey: string;
		readonly namespace: number;
		readonly data_hex: string;
		readonly hash: string;
	}[];
}

export const recordedNetwork = load<{
	readonly run_id: string;
	readonly swarm_ids_hex: readonly string[];
	readonly nodes: readonly RecordedNode[];
}>('storage-server/00-network');

export function recorded<File>(name: string): File {
	return load<File>(`storage-server/${name}`);
}
