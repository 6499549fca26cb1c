CREATE TABLE conversations (
	conversation_id VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	PRIMARY KEY (conversation_id)
);
CREATE TABLE answers (
	answer_id VARCHAR NOT NULL, 
	conversation_id VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	answer TEXT NOT NULL, 
	PRIMARY KEY (answer_id), 
	FOREIGN KEY(conversation_id) REFERENCES conversations (conversation_id)
);
INSERT INTO conversations VALUES ('con_1', '2026-01-02T03:04:05+00:00');
INSERT INTO answers VALUES ('ans_1', 'con_1', '2026-01-02T03:04:05+00:00', '{"answer_id": "ans_1", "conversation_id": "con_1", "text": "“β”"}');
